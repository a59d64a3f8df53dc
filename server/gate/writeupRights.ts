/** What a writeup asks for on the machines, as its page shows it: from the commands that the gates are made of. Pure. */
import type { LoadedWriteup } from '../content/load.ts';
import { type AllowedCommand, allowedCommands, allowedCommandsFor, rolesIn } from './allowList.ts';
import { gateVersions } from './gates.ts';
import { rootCommandsOf } from './sudoers.ts';

export type RoleRights = {
  readonly role: string;
  /** The version of the gate for this role, which has the commands of every writeup. */
  readonly gate: string;
  readonly commands: readonly Pick<AllowedCommand, 'id' | 'command' | 'stop' | 'seconds' | 'input'>[];
  /** Word for word, as sudoers permits them. */
  readonly root: readonly string[];
};

/** The rights of one writeup, for each of its roles. */
export function rightsOf(writeups: readonly LoadedWriteup[], writeupId: string): readonly RoleRights[] {
  const own = allowedCommands(writeups).filter(({ writeup }) => writeup === writeupId);
  const versions = gateVersions(writeups);
  return rolesIn(own)
    .toSorted()
    .map((role) => {
      const commands = allowedCommandsFor(own, role);
      return {
        role,
        gate: versions[role] ?? '',
        commands: commands.map(({ id, command, stop, seconds, input }) => ({
          ...{ id, command, stop, seconds, input },
        })),
        root: rootCommandsOf(commands).map((argv) => argv.join(' ')),
      };
    });
}
