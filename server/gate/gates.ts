/** The gates of all roles, made from the same checks as the page. Pure. */
import type { LoadedWriteup } from '../content/load.ts';
import { rolesOf } from '../fleet/requiredRoles.ts';
import { allowedCommands, allowedCommandsFor } from './allowList.ts';
import { gateProgram, versionOf } from './gateProgram.ts';

export type ByRole = { readonly [role: string]: string };

/** The text of each gate. */
export function gatesFor(writeups: readonly LoadedWriteup[]): ByRole {
  const commands = allowedCommands(writeups);
  return Object.fromEntries(
    rolesOf(writeups).map((role) => [role, gateProgram(allowedCommandsFor(commands, role))]),
  );
}

export const gateVersions = (writeups: readonly LoadedWriteup[]): ByRole =>
  Object.fromEntries(Object.entries(gatesFor(writeups)).map(([role, gate]) => [role, versionOf(gate) ?? '']));
