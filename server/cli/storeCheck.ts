/** `vantage store check`: whether the index and the files of the runs are whole and say the same. Comparing is left to `store/check.ts`. */
import { checkStore, type StoreCheck } from '../store/check.ts';
import { exits } from './command/exitStatus.ts';
import { readOptions, wordOf } from './command/options.ts';
import { oneLine } from './command/progress.ts';
import { dataOf } from './command/openRecords.ts';
import { CliError, type CliContext } from './command/verb.ts';

export const checkUsage = `usage: vantage store check [--data DIRECTORY] [--format text|json]

  Reads every kept run to its end and compares it with the index. Changes nothing; works beside a running server.
  exit status: 0 all is whole, 1 something is not, 3 usage, or there is no index that can be opened`;

export async function runStoreCheck(args: readonly string[], shell: CliContext): Promise<number> {
  const { values, positionals } = readOptions(args, checkUsage, {
    data: { type: 'string' },
    format: { type: 'string', default: 'text' },
  });
  if (positionals.length > 0)
    throw new CliError(`Expected options only, found "${positionals[0]}".`, checkUsage);
  const format = wordOf('--format', values.format, ['text', 'json'], checkUsage);
  const data = dataOf(values.data, shell.root);
  const check = await checkStore(data);
  if (format === 'json') shell.out(`${JSON.stringify(check, null, 1)}\n`);
  else for (const line of [...problemLines(check), checkedLine(data, check)]) shell.out(`${line}\n`);
  return check.problems.length === 0 ? exits.agrees : exits.differs;
}

export const problemLines = ({ problems }: StoreCheck): string[] =>
  problems.map(({ about, kind, message }) => `${kind.padEnd(8)}  ${about}  ${oneLine(message)}`);

export function checkedLine(data: string, { runs, running, problems }: StoreCheck): string {
  const found = problems.length === 0 ? 'nothing is wrong' : `${problems.length} problems`;
  const active = running === 0 ? '' : `, ${running} have not ended and were not looked at`;
  return `${data}: ${runs} runs were read and compared with the index${active}: ${found}`;
}
