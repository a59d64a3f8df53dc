/** The formats of a result, and where it is written. */
import { accessSync, constants, existsSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { EvidenceRecord } from '../../../src/core/run/record.ts';
import type { Format as Ending } from '../../../src/core/report/formats.ts';
import { builtTheme } from '../../files/builtTheme.ts';
import { PROJECT } from '../../files/project.ts';
import { writers } from '../../records/recordFiles.ts';
import { CliError } from './exitStatus.ts';
import { withDefault, word } from './options.ts';
import type { CliContext } from './verb.ts';

export const formatNames = ['text', 'md', 'html', 'json', 'junit', 'tap'] as const;
export type Format = (typeof formatNames)[number];
const endings = {
  text: 'txt',
  md: 'md',
  html: 'html',
  json: 'json',
  junit: 'junit.xml',
  tap: 'tap',
} as const satisfies Record<Format, Ending>;

/** One result for all records; `base` is the address of the server that has them, or empty. */
export function reportsOf(records: readonly EvidenceRecord[], format: Format, base: string): string {
  const record = joinRecords(records);
  const theme = () => builtTheme(join(PROJECT, 'dist'));
  return record === undefined ? '' : [...writers[endings[format]](record, { base, theme })].join('');
}

/** Checks of several writeups are kept as one record each, and reported as one: JUnit and TAP have one list. */
function joinRecords(records: readonly EvidenceRecord[]): EvidenceRecord | undefined {
  const [first, ...others] = records;
  if (first === undefined || others.length === 0) return first;
  return {
    ...first,
    kind: 'set',
    writeup: { id: '', title: records.map(({ writeup }) => writeup.title).join('; ') },
    deciding: records.flatMap(({ deciding }) => deciding),
    runs: records.flatMap(({ runs }) => runs),
  };
}

export const textOrJson = withDefault(word(['text', 'json'], ''), 'text');

export function writeResult(
  out: CliContext['out'],
  format: 'text' | 'json',
  value: unknown,
  lines: readonly string[],
): void {
  const written = format === 'json' ? [JSON.stringify(value, null, 1)] : lines;
  for (const line of written) out(`${line}\n`);
}

/** Checks the file before anything runs, so that no result is lost at the end. Returns a function that writes the result. */
export function openOutput(file: string | undefined, { out, print }: Pick<CliContext, 'out' | 'print'>) {
  const ended = (text: string) => (text === '' || text.endsWith('\n') ? text : `${text}\n`);
  if (file === undefined) return (text: string) => out(ended(text));
  const path = resolve(file);
  const refused = (why: string) => new CliError(`--output: ${path} cannot be written: ${why}.`);
  if (existsSync(path) && !statSync(path).isFile()) throw refused('it is not a file');
  try {
    accessSync(existsSync(path) ? path : dirname(path), constants.W_OK);
  } catch {
    throw refused(existsSync(dirname(path)) ? 'this user may not write there' : 'there is no such folder');
  }
  return (text: string) => {
    try {
      writeFileSync(path, ended(text));
      print(`Written: ${path}`);
    } catch (error) {
      out(ended(text));
      throw refused(
        `${error instanceof Error ? error.message : String(error)}; the result was written to standard output instead`,
      );
    }
  };
}
