/** `vantage store …`: the table of what can be done with the kept records. */
import { nearest } from './nearest.ts';
import { backupUsage, runStoreBackup } from './storeBackup.ts';
import { checkUsage, runStoreCheck } from './storeCheck.ts';
import { CliError, type Shell, type Verb } from './verb.ts';

type Command = {
  readonly usage: string;
  readonly run: (args: readonly string[], shell: Shell) => Promise<number>;
};

const commands: ReadonlyMap<string, Command> = new Map([
  ['check', { usage: checkUsage, run: runStoreCheck }],
  ['backup', { usage: backupUsage, run: runStoreBackup }],
]);

const usage = [...commands.values()].map((command) => command.usage).join('\n\n');

export const storeVerb: Verb = {
  name: 'store',
  about: 'checks the kept records, or copies them',
  ...{ usage, cancels: false },
  run([name = '', ...args], shell) {
    const command = commands.get(name);
    if (command !== undefined) return command.run(args, shell);
    const near = nearest(name, [...commands.keys()]);
    const hint = near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : '';
    throw new CliError(`Expected one of ${[...commands.keys()].join(', ')}; found "${name}".${hint}`, usage);
  },
};
