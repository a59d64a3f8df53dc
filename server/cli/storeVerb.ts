/** `vantage store …`: the table of what can be done with the records. */
import { backupUsage, runStoreBackup } from './storeBackup.ts';
import { checkUsage, runStoreCheck } from './storeCheck.ts';
import { keptUsage, runKeep, runUnkeep, showKept } from './storeKept.ts';
import { CliError, type CliContext, type Verb } from './command/verb.ts';

type Command = {
  readonly usage: string;
  readonly run: (args: readonly string[], shell: CliContext) => Promise<number>;
};

const commands: ReadonlyMap<string, Command> = new Map([
  ['keep', { usage: keptUsage, run: runKeep }],
  ['unkeep', { usage: keptUsage, run: runUnkeep }],
  ['check', { usage: checkUsage, run: runStoreCheck }],
  ['backup', { usage: backupUsage, run: runStoreBackup }],
]);

const usage = [...new Set([...commands.values()].map((command) => command.usage))].join('\n\n');

export const storeVerb: Verb = {
  name: 'store',
  about: 'says what is kept of the records and by whom; keeps, checks and copies them',
  ...{ usage, cancels: false },
  run(all, shell) {
    const [name = '', ...args] = all;
    if (name === '' || name.startsWith('-')) return showKept(all, shell);
    const command = commands.get(name);
    if (command !== undefined) return command.run(args, shell);
    throw new CliError(`Expected one of ${[...commands.keys()].join(', ')}; found "${name}".`, usage);
  },
};
