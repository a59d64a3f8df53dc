/** Options of a verb as data: one table is both its parser and its help. Every mistake gets a sentence with what was expected. Pure. */
import { parseArgs } from 'node:util';
import { nearest } from '../../../src/core/text/nearest.ts';
import { CliError } from './exitStatus.ts';

export type Option<T> = {
  /** What stands behind the name in the help; empty for a flag. */
  readonly label: string;
  readonly about: string;
  /** Gets every value that was given. Throws `CliError`. */
  read(found: readonly string[], name: string): T;
};
export type Options = Readonly<Record<string, Option<unknown>>>;
export type Values<O extends Options> = {
  readonly [Name in keyof O]: O[Name] extends Option<infer T> ? T : never;
};

export const flag = (about: string): Option<boolean> => ({
  label: '',
  about,
  read: (found) => found.length > 0,
});

export const list = (label: string, about: string): Option<readonly string[]> => ({
  label,
  about,
  read: (found) => found,
});

/** One value; the last counts. `parse` gets it with the option's name. */
function single<T>(label: string, about: string, parse: (found: string, name: string) => T) {
  return {
    label,
    about,
    read(found: readonly string[], name: string) {
      const last = found.at(-1);
      return last === undefined ? undefined : parse(last, name);
    },
  };
}

export const text = (label: string, about: string): Option<string | undefined> =>
  single(label, about, (found) => found);

export const word = <const Word extends string>(
  words: readonly Word[],
  about: string,
): Option<Word | undefined> => single(words.join('|'), about, (found, name) => wordOf(name, found, words));

export const count = (about: string): Option<number | undefined> =>
  single('N', about, (found, name) => {
    if (/^[1-9]\d{0,8}$/.test(found)) return Number(found);
    throw new CliError(`${name}: expected a whole number from 1 on, found "${found}".`);
  });

const unitMs = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const longestMs = 7 * unitMs.d;

/** `30s`, `5m`, `2h` or `1d` in milliseconds; from one second to a week. */
export const durationMs = (about: string): Option<number | undefined> =>
  single('TIME', about, (found, name) => {
    const [, number, unit] = /^(\d{1,6})([smhd])$/.exec(found) ?? [];
    const ms = Number(number) * (unitMs[unit as keyof typeof unitMs] ?? Number.NaN);
    if (ms >= unitMs.s && ms <= longestMs) return ms;
    throw new CliError(`${name}: expected a time from 1s to 7d, like 30s, 5m or 2h; found "${found}".`);
  });

export const day = (about: string): Option<string | undefined> =>
  single('DAY', about, (found, name) => {
    if (/^\d{4}-\d{2}-\d{2}/.test(found)) return found;
    throw new CliError(`${name}: expected a day like 2026-11-24, found "${found}".`);
  });

export const withDefault = <T>({ label, about, read }: Option<T | undefined>, value: T): Option<T> => ({
  label,
  about: `${about} (default ${String(value)})`.trimStart(),
  read: (found, name) => read(found, name) ?? value,
});

export const required = <T>({ label, about, read }: Option<T | undefined>): Option<T> => ({
  label,
  about: `${about} (required)`,
  read(found, name) {
    const value = read(found, name);
    if (value === undefined) throw new CliError(`${name} is missing: ${name} ${label}, ${about}.`);
    return value;
  },
});

/** Throws `CliError` with the verb's usage. */
export function readOptions<const O extends Options>(args: readonly string[], usage: string, options: O) {
  const names = Object.keys(options);
  try {
    const config = names.map((name) => {
      const type = options[name]?.label === '' ? ('boolean' as const) : ('string' as const);
      return [name, { type, multiple: true }] as const;
    });
    const parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: Object.fromEntries(config),
    });
    const found = new Map(Object.entries(parsed.values));
    const values = Object.entries(options).map(([name, option]) => {
      const given = found.get(name);
      return [name, option.read(Array.isArray(given) ? given.map(String) : [], `--${name}`)];
    });
    return { values: Object.fromEntries(values) as Values<O>, operands: parsed.positionals };
  } catch (error) {
    if (error instanceof CliError) throw new CliError(error.message, usage);
    const unknown = args.find((arg) => arg.startsWith('--') && !names.includes(nameOf(arg)));
    if (unknown === undefined)
      throw new CliError(error instanceof Error ? firstSentence(error.message) : String(error), usage);
    const near = nearest(nameOf(unknown), names).map((name) => `--${name}`);
    const hint = near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : '';
    throw new CliError(`There is no option ${unknown.split('=')[0]}.${hint}`, usage);
  }
}

const nameOf = (arg: string): string => arg.slice(2).split('=')[0] ?? '';
const firstSentence = (sentences: string): string =>
  `${sentences.split(/\. |\n/)[0]?.replace(/\.$/, '') ?? sentences}.`;

export function wordOf<Word extends string>(name: string, found: string, words: readonly Word[]): Word {
  const known = words.find((one) => one === found);
  if (known !== undefined) return known;
  throw new CliError(`${name}: expected one of ${words.join(', ')}; found "${found}".`);
}

/** The id of a run or a set; anything else never gets near a path. */
export function recordId(found: string): string {
  if (/^[0-9A-HJKMNP-TV-Z]{26}$/.test(found)) return found;
  throw new CliError(
    `Expected the id of a run or a set (26 capital letters and digits, as in its address /runs/ID), found "${found}". \`vantage history\` lists them.`,
  );
}
