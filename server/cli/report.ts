/** `vantage report`: a kept run or set as a report. The index is opened for reading, so a server may hold the folder meanwhile. */
import { findRecord } from '../store/assembleRecord.ts';
import { exits } from './command/exitStatus.ts';
import { formatNames, openOutput, reportsOf } from './command/formats.ts';
import { readOptions, recordId, wordOf } from './command/options.ts';
import { contentOf } from './command/session.ts';
import { dataOf, writePins, readRecords } from './command/openRecords.ts';
import { CliError, type CliContext, type Verb } from './command/verb.ts';

const usage = `usage: vantage report RUN|SET [options]

  --format FORMAT      ${formatNames.join(', ')} (default md, for a GitHub issue)
  --base URL           the address of the server that has the record: the report links there, and the record counts as asked for
  --output FILE        the report goes there instead of standard output
  --data DIRECTORY     where the records are (default .vantage/data)`;

/** Of each step's output, at its start and at its end: more than a report shows. */
const keepBytes = 1024 * 1024;

async function run(args: readonly string[], shell: CliContext): Promise<number> {
  const { values, positionals } = readOptions(args, usage, {
    ...{ format: { type: 'string', default: 'md' }, base: { type: 'string', default: '' } },
    ...{ output: { type: 'string' }, data: { type: 'string' } },
  });
  const [named, ...more] = positionals;
  if (more.length > 0) throw new CliError('Expected one run or set.', usage);
  const id = recordId(named, usage);
  const format = wordOf('--format', values.format, formatNames, usage);
  const base = baseOf(values.base);
  const output = openOutput(values.output, shell);
  const data = dataOf(values.data, shell.root);
  const writeups = new Map((await contentOf(shell.root)).map((writeup) => [writeup.id, writeup]));
  const found = await readRecords(data, (store) => findRecord(store, writeups, id, keepBytes));
  if (found.found === 'removed')
    throw new CliError(
      `The record ${id} was taken away on ${found.at.slice(0, 10)}, to make room for newer ones.`,
    );
  if (found.found === 'nothing')
    throw new CliError(`There is no run or set ${id} in ${data}. \`vantage history\` lists what is there.`);
  if (found.found === 'unreadable')
    throw new CliError(
      `The record ${id} in ${data} is damaged, and nothing of it can be shown: ${found.why}.`,
    );
  if (base !== '') await noteAsked(data, id, shell.print);
  output(reportsOf([found.record], format, base));
  return exits.agrees;
}

function baseOf(base: string): string {
  if (base === '') return '';
  const url = URL.canParse(base) ? new URL(base) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return base.replace(/\/+$/, '');
  throw new CliError(`--base: expected an address like https://vantage.example, found "${base}".`, usage);
}

/** A record whose address was handed out is among the last to be taken away. */
const noteAsked = (data: string, id: string, print: (line: string) => void): Promise<void> =>
  writePins(data, (keeping) => keeping.noteAsked(id, new Date())).catch((error: unknown) =>
    print(
      `That the record was asked for could not be noted (${error instanceof Error ? error.message : String(error)}). Keep it on its page, or it may be taken away some day.`,
    ),
  );

export const reportVerb: Verb = {
  name: 'report',
  about: 'writes a kept run or set as Markdown, HTML, JSON, JUnit, TAP or text',
  ...{ usage, cancels: false, run },
};
