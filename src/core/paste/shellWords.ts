/** Reads one line of shell as far as a paste needs it: the program, its options and words, and a `grep` behind it. */
import { tools } from './tools.ts';

export type Simple = {
  readonly program: string;
  /** Short options as `-t`, long ones as `--max-time`; '' where an option has no value. */
  readonly options: ReadonlyMap<string, string>;
  readonly words: readonly string[];
};
export type Command = Simple & {
  /** Where `ssh` or a Windows prompt hands it to. */
  readonly host: string | undefined;
  /** The program behind a pipe, if there is one. */
  readonly filter: Simple | undefined;
  /** More than one command in a line: their outputs cannot be told apart. */
  readonly isSequence: boolean;
};

const TOKEN = /\d?[<>]+&?|(?:"(?:[^"\\]|\\.)*"|'[^']*'|\\.|[^\s"'\\|&;<>()])+|[|&;]+|[()"'\\]/g;
/** Asks for the exit status, after the command. */
const STATUS = /\s*;\s*(?:echo|printf)\s[^;|&]*\$[?{][^;|&]*$/;
const MAX_COMMAND_CHARS = 4000;

export function parseCommand(line: string): Command | undefined {
  if (line.length > MAX_COMMAND_CHARS) return undefined;
  const text = line
    .replace(STATUS, '')
    .replace(
      /(^|\s)([–—−])(?=[A-Za-z])/g,
      (_, blank: string, dash: string) => `${blank}${dash === '—' ? '--' : '-'}`,
    );
  const parts: string[][] = [[]];
  let isSequence = false;
  let skip = false;
  for (const [token] of text.matchAll(TOKEN)) {
    if (/^\d?[<>]/.test(token)) skip = true;
    else if (token === '|' || token === '|&') parts.push([]);
    else if (/^[|&;]+$/.test(token)) isSequence = true;
    else if (skip) skip = false;
    else parts.at(-1)?.push(unquote(token));
  }
  const [first = [], ...rest] = parts;
  const { words, host } = unwrap(first);
  const main = simple(words);
  const filters = rest
    .map((part) => simple(unwrap(part).words))
    .filter((one) => !PASSES.has(one?.program ?? ''));
  if (!main || filters.length > 1) return undefined;
  return { ...main, host, filter: filters[0], isSequence };
}

const unquote = (token: string): string =>
  token.replace(
    /"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)/g,
    (_, double?: string, single?: string, one?: string) =>
      double === undefined ? (single ?? one ?? '') : double.replace(/\\(["\\$`])/g, '$1'),
  );

const PASSES = new Set(['cat', 'tee', 'less', 'more']);
const WRAPPERS = new Set('sudo doas timeout time env nice nohup command exec stdbuf'.split(' '));

/** Takes off what only starts a command: `sudo -n`, `timeout -k 1 5`, `LC_ALL=C`, `ssh host`. */
function unwrap(tokens: readonly string[]): {
  readonly words: readonly string[];
  readonly host: string | undefined;
} {
  let host: string | undefined;
  let at = 0;
  let wrapper = '';
  for (let token = tokens[at]; token !== undefined; token = tokens[at]) {
    const name = nameOf(token);
    if (name === 'ssh') {
      wrapper = name;
      host = '';
    } else if (WRAPPERS.has(name)) wrapper = name;
    else if (wrapper === 'ssh' && host === '' && !token.startsWith('-')) host = token.replace(/^.*@/, '');
    else if (!(/^\w+=/.test(token) || (wrapper !== '' && /^(?:-.*|\d+[smh]?|INT|TERM|KILL)$/.test(token))))
      break;
    at += 1;
  }
  return { words: tokens.slice(at), host };
}

export const nameOf = (word: string): string => word.replace(/^.*[/]/, '').replace(/\.exe$/i, '');

function simple(tokens: readonly string[]): Simple | undefined {
  const [first, ...rest] = tokens;
  if (first === undefined || !/^[\w./-]+$/.test(first)) return undefined;
  const program = nameOf(first);
  const valued = tools[program]?.valued ?? '';
  const options = new Map<string, string>();
  const words: string[] = [];
  for (let at = 0; at < rest.length; at += 1) {
    const token = rest[at] ?? '';
    if (token.startsWith('--')) {
      const [name = '', value] = token.split(/=(.*)/s);
      const takes = value === undefined && tools[program]?.long?.includes(name.slice(2));
      options.set(tools[program]?.alias?.[name] ?? name, value ?? (takes ? (rest[at + 1] ?? '') : ''));
      if (takes) at += 1;
    } else if (/^-./.test(token)) {
      for (let letter = 1; letter < token.length; letter += 1) {
        const name = `-${token[letter]}`;
        const takes = valued.includes(token[letter] ?? '');
        const glued = token.slice(letter + 1);
        options.set(name, takes ? glued || (rest[at + 1] ?? '') : '');
        if (takes && glued === '') at += 1;
        if (takes) break;
      }
    } else words.push(token);
  }
  return { program, options, words };
}
