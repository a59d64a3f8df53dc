/** Reads a verb's arguments; every mistake gets a sentence that names what was meant. Pure. */
import { recordIdPattern } from '../../../src/core/vocabulary.ts';
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { nearest } from '../../../src/core/text/nearest.ts';
import { CliError } from './verb.ts';

/** Like `parseArgs` of Node, with our own sentences. Throws `CliError` with the verb's usage. */
export function readOptions<const Options extends ParseArgsOptionsConfig>(
  args: readonly string[],
  usage: string,
  options: Options,
) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    const unknown = args.find((arg) => arg.startsWith('--') && !(nameOf(arg) in options));
    if (unknown === undefined)
      throw new CliError(error instanceof Error ? firstSentence(error.message) : String(error), usage);
    const near = nearest(nameOf(unknown), Object.keys(options)).map((name) => `--${name}`);
    throw new CliError(
      `There is no option ${unknown.split('=')[0]}.${near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : ''}`,
      usage,
    );
  }
}

const nameOf = (arg: string): string => arg.slice(2).split('=')[0] ?? '';
const firstSentence = (text: string): string => `${text.split(/\. |\n/)[0]?.replace(/\.$/, '') ?? text}.`;

/** One of these words. */
export function wordOf<Word extends string>(
  option: string,
  found: string,
  words: readonly Word[],
  usage: string,
): Word {
  const word = words.find((one) => one === found);
  if (word === undefined)
    throw new CliError(`${option}: expected one of ${words.join(', ')}; found "${found}".`, usage);
  return word;
}

const unitMs = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const longestMs = 7 * unitMs.d;

/** `30s`, `5m`, `2h` or `1d` in milliseconds; from one second to a week. */
export function durationMs(option: string, found: string, usage: string): number {
  const [, number, unit] = /^(\d{1,6})([smhd])$/.exec(found) ?? [];
  const ms = Number(number) * (unitMs[unit as keyof typeof unitMs] ?? Number.NaN);
  if (ms >= unitMs.s && ms <= longestMs) return ms;
  throw new CliError(
    `${option}: expected a time from 1s to 7d, like 30s, 5m or 2h; found "${found}".`,
    usage,
  );
}

export function countOf(option: string, found: string, usage: string): number {
  if (/^[1-9]\d{0,8}$/.test(found)) return Number(found);
  throw new CliError(`${option}: expected a whole number from 1 on, found "${found}".`, usage);
}

/** The id of a run or a set; anything else never gets near a path. */
export function recordId(found: string | undefined, usage: string): string {
  if (found !== undefined && recordIdPattern.test(found)) return found;
  if (found === undefined)
    throw new CliError('Expected the id of a run or a set, as in its address: /runs/ID.', usage);
  throw new CliError(
    `Expected the id of a run or a set (26 capital letters and digits, as in its address /runs/ID), found "${found}". \`vantage history\` lists them.`,
    usage,
  );
}
