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

/** The rights of each writeup, for each of its roles. */
export function rightsOf(writeups: readonly LoadedWriteup[]): ReadonlyMap<string, readonly RoleRights[]> {
  const versions = gateVersions(writeups);
  const byWriteup = Map.groupBy(allowedCommands(writeups), ({ writeup }) => writeup);
  return new Map(
    [...byWriteup].map(([writeup, own]) => [
      writeup,
      rolesIn(own)
        .toSorted()
        .map((role) => roleRights(role, allowedCommandsFor(own, role), versions[role] ?? '')),
    ]),
  );
}

const roleRights = (role: string, commands: readonly AllowedCommand[], gate: string): RoleRights => ({
  ...{ role, gate },
  commands: commands.map(({ id, command, stop, seconds, input }) => ({
    ...{ id, command, stop, seconds, input },
  })),
  root: rootCommandsOf(commands).map((argv) => argv.join(' ')),
});
