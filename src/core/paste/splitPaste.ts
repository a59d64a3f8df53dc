/** Finds the commands in a paste: after prompts, alone on a line, or in Markdown; each with the lines below it as its output. */
import type { CleanLine } from './cleanPaste.ts';
import type { PasteLine, PasteReading } from './paste.ts';

export type Block = {
  /** The machine that the prompt names. */
  readonly host: string | undefined;
  readonly isWindows: boolean;
  /** The role that a line above it names. */
  readonly role: string | undefined;
  readonly command: string;
  /** The command as it was pasted, where `command` stands for it. */
  readonly pasted?: string;
  readonly at: number;
  readonly output: PasteLine[];
  /** A prompt follows, so nothing of the output is missing at its end. */
  ended: boolean;
  exit: number | undefined;
};
type Prompt = { readonly host: string | undefined; readonly isWindows: boolean; readonly rest: string };
/** 2: a documented command. 1: one with another address, port or path. */
export type Fit = 0 | 1 | 2;
export type Split = {
  readonly blocks: readonly Block[];
  readonly ignored: PasteReading['ignored'];
  readonly cut?: string;
};

const MAX_COMMANDS = 400;
const HOST_PROMPT =
  /^(?:[([]\S{1,40}[)\]] )?\[?[\w.-]{1,40}@([\w.-]{1,60})(?![^$#%>❯]{0,200}:\s)[^$#%>❯]{0,200}[$#%>❯](?: +(.*))?$/;
const HOST_PROMPT_BEHIND = /[\w.-]{1,40}@[\w.-]{1,60}:[~/][^\s$#]{0,200}[$#](?: .*)?$/;
const WINDOWS_PROMPT = /^(?:PS )?[A-Za-z]:\\[^>]{0,200}>(.*)$/;
const PLAIN_PROMPT =
  /^(?:PS [^>]{0,200}>|└─\S{0,20}[$#]|(?:\(\S{1,40}\) )?(?:[~/]\S{0,80} )?[$#❯➜λ»]|%(?= *[a-z]))(?: +(.*))?$/;
const STATUS_LINE =
  /^(?:exit(?:ed)?(?: status| code)?(?: is|:|=)? ?|\$\?(?: is|:|=) ?|rc ?[:=] ?)(\d{1,3})$/i;
const ASKS_STATUS = /^(?:echo|printf)\b.*\$[?{]|^echo %errorlevel%/i;
const NOISE =
  /^(?:\[sudo\] password for .*|sudo: unable to resolve host .*|\^C|real\s.*|user\s.*|sys\s.*|┌──.*)$/;

function promptOf(text: string): Prompt | undefined {
  if (text.length > 4000) return undefined;
  const windows = WINDOWS_PROMPT.exec(text);
  if (windows) return { host: undefined, isWindows: true, rest: (windows[1] ?? '').trim() };
  const plain = PLAIN_PROMPT.exec(text);
  if (plain) return { host: undefined, isWindows: false, rest: plain[1] ?? '' };
  const named = HOST_PROMPT.exec(text);
  return named ? { host: named[1], isWindows: false, rest: named[2] ?? '' } : undefined;
}

export function splitPaste(
  lines: readonly CleanLine[],
  fitOf: (text: string) => Fit,
  roles: readonly string[],
): Split {
  const blocks: Block[] = [];
  const ignored: { lines: [number, number]; why: string }[] = [];
  let current: Block | undefined;
  let role: string | undefined;
  let asked: Block | undefined;
  const ignore = (at: number, why: string) => {
    const last = ignored.at(-1);
    if (last?.why === why && last.lines[1] === at - 1) last.lines[1] = at;
    else ignored.push({ lines: [at, at], why });
  };
  const open = (command: string, at: number, { host, isWindows }: Omit<Prompt, 'rest'>) => {
    current = { host, isWindows, role, command, at, output: [], ended: false, exit: undefined };
    blocks.push(current);
  };
  const read = ({ at, text, prose }: CleanLine, index: number): number => {
    const named = roleIn(text, roles);
    if (named !== undefined) {
      role = named;
      current = undefined;
      return 0;
    }
    if (prose) {
      const inline = [...text.slice(0, 2000).matchAll(/`([^`]{3,1000})`/g)].map(([, code = '']) =>
        code.trim(),
      );
      const command = [...inline, text.replace(/:$/, '').trim()].find((one) => fitOf(one) > 0);
      if (command !== undefined) open(command, at, { host: undefined, isWindows: false });
      else if (current?.output.some((line) => line.text !== '')) current = undefined;
      return 0;
    }
    const prompt = promptOf(text);
    const command = prompt ? prompt.rest.replace(/^\+ /, '') : text.replace(/^\+ /, '').trim();
    if (
      prompt === undefined &&
      fitOf(/\\$/.test(command) ? joined(lines, index, command).text : command) === 0
    ) {
      const behind = text.includes('@') && text.length < 4000 ? HOST_PROMPT_BEHIND.exec(text) : null;
      if (behind && behind.index > 0) {
        read({ at, prose, text: text.slice(0, behind.index) }, index);
        return read({ at, prose, text: text.slice(behind.index) }, index);
      }
      const status = STATUS_LINE.exec(text.trim());
      const block = asked ?? current;
      if (block && (status ?? (asked && /^(\d{1,3})$/.exec(text.trim())))) {
        block.exit = Number((status ?? /^(\d{1,3})$/.exec(text.trim()))?.[1]);
        asked = undefined;
      } else if (NOISE.test(text.trim()))
        ignore(at, 'This is said by the shell, sudo or time, and not by a documented command.');
      else if (current) current.output.push({ at, text });
      else if (text !== '') ignore(at, 'There is no command above it.');
      return 0;
    }
    // A comment is no prompt: what is above it may go on.
    if (current && !(text.startsWith('#') && fitOf(command) === 0)) current.ended = true;
    const whole = wrapped(lines, index, command, fitOf);
    // A prompt may end with the folder and the branch; at a Windows prompt something hands the command to another machine.
    const handed =
      prompt && /^(?:[❯➜λ»]|(?:PS )?[A-Za-z]:)/.test(text) ? withoutLead(whole.text, fitOf) : undefined;
    if (ASKS_STATUS.test(command)) {
      asked = current;
      current = undefined;
      return 0;
    }
    asked = undefined;
    current = undefined;
    const isWindows = prompt?.isWindows === true && handed === undefined;
    if (whole.text !== '') open(handed ?? whole.text, at, { host: prompt?.host, isWindows });
    // `echo $?` behind the command: its number is the last line.
    if (current && /;\s*echo "?\$\?"?$/.test(whole.text)) asked = current;
    return whole.more;
  };
  for (let index = 0; index < lines.length && blocks.length < MAX_COMMANDS; index += 1) {
    const line = lines[index];
    if (line) index += read(line, index);
  }
  const cut = `More than ${MAX_COMMANDS} commands are in the paste. What is after them was not read.`;
  return { blocks, ignored, ...(blocks.length >= MAX_COMMANDS && { cut }) };
}

/** A heading that is only the name of a role: `# backend`, `== backend ==`, `backend:`. */
function roleIn(text: string, roles: readonly string[]): string | undefined {
  if (text.length > 80) return undefined;
  const heading = /^(?:[#=*-]+\s*(?:on\s+)?([a-z][a-z0-9-]*)\W*|(?:on\s+)?([a-z][a-z0-9-]*):)$/i.exec(
    text.trim(),
  );
  const name = (heading?.[1] ?? heading?.[2])?.toLowerCase();
  return name !== undefined && roles.includes(name) ? name : undefined;
}

/** The line at `index` with those that its last character continues it with. */
function joined(lines: readonly CleanLine[], index: number, start = lines[index]?.text ?? '') {
  let text = start;
  let more = 0;
  for (; /[\\`^]$/.test(text) && more < 40; more += 1) {
    const next = lines[index + more + 1];
    if (next === undefined) break;
    text = `${text.slice(0, -1).trimEnd()} ${next.text.replace(/^>+ ?/, '').trim()}`;
  }
  return { text, more };
}

/** The whole command, where a backslash or the width of a terminal continues it on the next lines. */
function wrapped(
  lines: readonly CleanLine[],
  index: number,
  command: string,
  fitOf: (text: string) => Fit,
): { readonly text: string; readonly more: number } {
  const first = joined(lines, index, command);
  if (command.length < 20) return first;
  // One that fits by itself may still be the beginning of one that fits better.
  for (let fit = 2; fit > fitOf(first.text); fit -= 1)
    for (const blank of ['', ' ']) {
      let { text } = first;
      for (let more = first.more + 1; more <= first.more + 6; more += 1) {
        const next = lines[index + more];
        if (next === undefined || next.prose || promptOf(next.text)) break;
        text = `${text}${blank}${next.text.replace(/^> /, '')}`;
        if (fitOf(text) >= fit) return { text, more };
      }
    }
  return first;
}

/** The command behind one to four other words. */
function withoutLead(text: string, fitOf: (text: string) => Fit): string | undefined {
  const words = text.split(' ');
  const at = [1, 2, 3, 4].find((start) => fitOf(words.slice(start).join(' ')) > 0);
  return at === undefined ? undefined : words.slice(at).join(' ');
}
