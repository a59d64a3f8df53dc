/** What the checks may run, as a machine's gate holds it: one order for each step, with the hash that pins it. Pure. */
import type { Step } from '../../src/core/check/check.ts';
import { orderHash } from '../agent/requestHash.ts';
import type { LoadedWriteup } from '../content/load.ts';
import { LOOK_SECONDS, lookCommand, lookId, needsOf } from './probe.ts';
import { rolesOf } from '../fleet/requiredRoles.ts';

export type GateOrder = {
  /** `<check>/<step>`, as it is sent. */
  readonly id: string;
  readonly writeup: string;
  readonly role: string;
  readonly command: string;
  /** Empty when there is none. */
  readonly stop: string;
  readonly seconds: number;
  /** Whether it takes one line on standard input, for a value that an earlier step kept. */
  readonly input: boolean;
  readonly hash: string;
};

const stopOf = (step: Step): string => (step.runs === 'meanwhile' ? (step.stop ?? '') : '');

/** Every order of these writeups, in the order of their checks and steps; then, for each role, what `vantage doctor` asks its machine. */
export function ordersOf(writeups: readonly LoadedWriteup[]): readonly GateOrder[] {
  return [...stepOrders(writeups), ...rolesOf(writeups).map((role) => lookOrder(writeups, role))];
}

function lookOrder(writeups: readonly LoadedWriteup[], role: string): GateOrder {
  const command = lookCommand(needsOf(writeups, role));
  const what = { command, stop: '', seconds: LOOK_SECONDS, input: false };
  return { id: lookId, writeup: 'vantage', role, ...what, hash: orderHash(what) };
}

function stepOrders(writeups: readonly LoadedWriteup[]): readonly GateOrder[] {
  return writeups.flatMap(({ id: writeup, checks }) =>
    [...checks.values()].flatMap(({ check }) =>
      check.steps.map((step) => {
        const what = {
          command: step.command,
          stop: stopOf(step),
          seconds: step.limits.seconds,
          input: step.input !== undefined,
        };
        return { id: `${check.id}/${step.id}`, writeup, role: step.vantage, ...what, hash: orderHash(what) };
      }),
    ),
  );
}

/** What a machine in this role has to hold; the same order of two writeups once. */
export function ordersFor(orders: readonly GateOrder[], role: string): readonly GateOrder[] {
  const own = new Map<string, GateOrder>();
  for (const order of orders) if (order.role === role) own.set(`${order.id} ${order.hash}`, order);
  return [...own.values()];
}
