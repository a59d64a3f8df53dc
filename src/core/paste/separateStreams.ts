/** Tells stdout and stderr apart in what a terminal showed, and finds the exit status that it proves. */
import type { Check, Step } from '../check/check.ts';
import type { Pattern } from '../check/pattern.ts';
import { followPath } from '../judge/values.ts';
import type { Stream } from '../vocabulary.ts';
import { writeOut } from './curlOutput.ts';
import type { Known, PastedOutput, Streams } from './knownLines.ts';
import type { Match } from './matchCommand.ts';
import { parseCommand } from './shellWords.ts';

/** `isClear`: without the lines that neither the check nor its program knows. */
export function separateStreams(
  match: Match,
  pasted: PastedOutput,
  lines: readonly string[],
  known: Known,
  isClear: boolean,
): Streams {
  const { check, step } = match.form;
  const documented = parseCommand(step.command);
  const { command } = pasted;
  const out: string[] = [];
  const err: string[] = [];
  let exit: number | undefined;
  const isDropped = documented?.program === 'curl' && documented.options.get('-o') === '/dev/null';
  let isAnswered = false;
  let isWhole = false;
  for (const line of lines) {
    const meaning = known.meanings.find(({ pattern }) => pattern.matches(line));
    const json = jsonStream(check, step, line);
    const isError = known.errors.some(({ matches }) => matches(line));
    const groups = meaning?.pattern.groups(line) ?? [];
    const fill = (text: string) =>
      text.replace(/\$(\d)/g, (_, group: string) => groups[Number(group) - 1] ?? '');
    if (meaning?.exit !== undefined) exit = Number(fill(meaning.exit));
    isWhole ||= meaning?.exit !== undefined && !meaning.goesOn;
    if (json) (json === 'stdout' ? out : err).push(line);
    else if (meaning) {
      const instead = meaning.stdout === undefined ? undefined : fill(meaning.stdout);
      if (instead !== undefined && instead !== out.at(-1)) out.push(instead);
      if (meaning.stderr !== undefined) err.push(fill(meaning.stderr));
      if (meaning.stream === 'stderr' || isError) err.push(line);
      else if (meaning.stream === 'stdout') out.push(line);
      isAnswered ||= /^< HTTP/.test(line);
    } else if (isError || line.startsWith(`${command?.program}: `)) err.push(line);
    else if (
      known.patterns.some(({ matches }) => matches(line)) ||
      known.texts.some((text) => line.includes(text))
    )
      out.push(line);
    else if (isDropped) isAnswered = true;
    else if (!isClear && line.trim() !== '') out.push(line);
  }
  if (command?.program === 'curl' && documented) {
    const isLoud = !command.options.has('-s') || command.options.has('-S') || command.options.has('-v');
    // It says an error unless it is silent: an answer without one is an answer to its end.
    if (exit === undefined && isLoud && pasted.ended && (isAnswered || out.length > 0)) exit = 0;
    const { otherPath } = match;
    const said = writeOut(documented, command, lines, { exit: pasted.exit ?? exit, otherPath });
    // The documented command is less talkative.
    if (!documented.options.has('-v')) remove(err, /^(?:[*<>]|[{}] \[)/);
    if (documented.options.has('-s') && !documented.options.has('-S')) remove(err, /^curl: /);
    // What `-w` says is open until it has ended; a terminal may show the answer itself below all else.
    isWhole = isDropped || out.length > 0 || (exit !== undefined && exit !== 0);
    if (said) (said.stream === 'stdout' ? out : err).push(said.line);
  }
  if (match.filter === 'apply') {
    const word = documented?.filter?.words[0] ?? '';
    remove(
      out,
      documented?.filter?.options.has('-w')
        ? new RegExp(`^(?!.*(?<!\\w)${word}(?!\\w))`)
        : new RegExp(`^(?!.*${word})`),
    );
    if (out.length > 0 || exit === 0) exit = out.length > 0 ? 0 : 1;
  } else if (command?.filter?.program === 'grep')
    // It ends with 1 where it finds nothing, and says an error.
    exit = out.length > 0 ? 0 : pasted.ended && lines.length === 0 ? 1 : undefined;
  const end = (list: readonly string[]) => list.map((line) => `${line}\n`).join('');
  const both = step.command.includes('2>&1')
    ? { stdout: end([...out, ...err]), stderr: '' }
    : { stdout: end(out), stderr: end(err) };
  return { ...both, exit, seconds: 0, isWhole };
}

function remove(lines: string[], pattern: RegExp): void {
  lines.splice(0, lines.length, ...lines.filter((line) => !pattern.test(line)));
}

/** Where a line of JSON belongs that has a value of the check. */
function jsonStream(check: Check, { id }: Step, line: string): Stream | undefined {
  if (!/^[[{].*[\]}]$/.test(line)) return undefined;
  try {
    const json: unknown = JSON.parse(line);
    for (const value of Object.values(check.values ?? {}))
      if (value.from === 'json' && value.step === id && followPath(json, value.path) !== undefined)
        return value.stream;
  } catch {
    // A line that only looks like JSON.
  }
  return undefined;
}

/** Joins a line with the next one where only both together are a line that the check looks for. */
export function joinWrapped(lines: readonly string[], patterns: readonly Pattern[]): readonly string[] {
  const joined: string[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const [line = '', next = ''] = [lines[at], lines[at + 1]];
    const whole =
      line.length < 20 || next === ''
        ? undefined
        : [line + next, `${line} ${next}`].find((both) =>
            patterns.some(({ matches }) => matches(both) && !matches(line) && !matches(next)),
          );
    joined.push(whole ?? line);
    if (whole !== undefined) at += 1;
  }
  return joined;
}
