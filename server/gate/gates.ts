/** The gates of a lab's machines, made from the same checks as the page: by role, as text. */
import type { LoadedWriteup } from '../content/load.ts';
import { rolesOf } from '../fleet/requiredRoles.ts';
import { allowedCommandsFor, allowedCommands } from './allowList.ts';
import { gateProgram } from './gateProgram.ts';

export function gatesFor(writeups: readonly LoadedWriteup[]): { readonly [role: string]: string } {
  const orders = allowedCommands(writeups);
  return Object.fromEntries(
    rolesOf(writeups).map((role) => [role, gateProgram(allowedCommandsFor(orders, role))]),
  );
}
