/** `vantage store backup`: copies the data folder, also while a server writes to it. Copying is left to `store/backup.ts`. */
import { resolve } from 'node:path';
import { backupStore } from '../store/backup.ts';
import { exits } from './command/exitStatus.ts';
import { readOptions } from './command/options.ts';
import { checkedLine, problemLines } from './storeCheck.ts';
import { dataOf } from './command/openRecords.ts';
import { CliError, type CliContext } from './command/verb.ts';

export const backupUsage = `usage: vantage store backup DIRECTORY [--data DIRECTORY]

  Copies index, runs, audit log and signing key into a new folder, and reads the copy to its end. Works beside a running
  server; writes over nothing. It is as secret as the data folder. To restore, stop the server, put the copy in the place
  of the data folder, owned by the server's user, and start the server.
  exit status: 0 the copy is whole, 1 it was made and something in it is damaged, as it is in the data folder, 3 no copy was made`;

export async function runStoreBackup(args: readonly string[], shell: CliContext): Promise<number> {
  const { values, positionals } = readOptions(args, backupUsage, { data: { type: 'string' } });
  const [to, ...more] = positionals;
  if (to === undefined || more.length > 0)
    throw new CliError('Expected one folder that is to be made.', backupUsage);
  const check = await backupStore(dataOf(values.data, shell.root), resolve(to));
  for (const line of problemLines(check)) shell.print(line);
  shell.out(`${checkedLine(resolve(to), check)}\n`);
  return check.problems.length === 0 ? exits.agrees : exits.differs;
}
