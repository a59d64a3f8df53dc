/** The gates of the lab's machines, made from the same checks as the page: by role, as text. */
import type { LoadedWriteup } from '../content/load.ts';
import { ordersFor, ordersOf } from './orders.ts';
import { gateProgram } from './program.ts';

const roles = ['manager', 'backend', 'frontend'] as const;

export function gatesFor(writeups: readonly LoadedWriteup[]): Record<(typeof roles)[number], string> {
  const orders = ordersOf(writeups);
  const [manager, backend, frontend] = roles.map((role) => gateProgram(ordersFor(orders, role)));
  return { manager: manager ?? '', backend: backend ?? '', frontend: frontend ?? '' };
}
