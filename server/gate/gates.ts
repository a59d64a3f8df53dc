/** The gates of the lab's machines, made from the same checks as the page: by role, as text. */
import type { LoadedWriteup } from '../content/load.ts';
import { type MachineName, machineNames } from '../lab/machines.ts';
import { ordersFor, ordersOf } from './orders.ts';
import { gateProgram } from './program.ts';

export function gatesFor(writeups: readonly LoadedWriteup[]): { readonly [name in MachineName]?: string } {
  const orders = ordersOf(writeups);
  return Object.fromEntries(machineNames.map((name) => [name, gateProgram(ordersFor(orders, name))]));
}
