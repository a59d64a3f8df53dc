/** What the checks may run, as a machine's gate holds it: one order for each step, with the hash that pins it. Pure. */
import type { Step } from '../../src/core/check/check.ts';
import { requestHash } from '../agent/requestHash.ts';
import type { LoadedWriteup } from '../content/load.ts';
import { PROBE_SECONDS, probeCommand, PROBE_ID, needsOf } from './probe.ts';
import { rolesOf } from '../fleet/requiredRoles.ts';

export type AllowedCommand = {
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

const stopOf = (step: Step): string => (step.runs === 'background' ? (step.stop ?? '') : '');

/** Every order of these writeups, in the order of their checks and steps; then, for each role, what `vantage doctor` asks its machine. */
export function allowedCommands(writeups: readonly LoadedWriteup[]): readonly AllowedCommand[] {
  return [...stepOrders(writeups), ...rolesOf(writeups).map((role) => lookOrder(writeups, role))];
}

function lookOrder(writeups: readonly LoadedWriteup[], role: string): AllowedCommand {
  const command = probeCommand(needsOf(writeups, role));
  const what = { command, stop: '', seconds: PROBE_SECONDS, input: false };
  return { id: PROBE_ID, writeup: 'vantage', role, ...what, hash: requestHash(what) };
}

function stepOrders(writeups: readonly LoadedWriteup[]): readonly AllowedCommand[] {
  return writeups.flatMap(({ id: writeup, checks }) =>
    [...checks.values()].flatMap(({ check }) =>
      check.steps.map((step) => {
        const what = {
          command: step.command,
          stop: stopOf(step),
          seconds: step.limits.seconds,
          input: step.input !== undefined,
        };
        return { id: `${check.id}/${step.id}`, writeup, role: step.role, ...what, hash: requestHash(what) };
      }),
    ),
  );
}

/** What a machine in this role has to hold; the same order of two writeups once. */
export function allowedCommandsFor(
  orders: readonly AllowedCommand[],
  role: string,
): readonly AllowedCommand[] {
  const own = new Map<string, AllowedCommand>();
  for (const order of orders) if (order.role === role) own.set(`${order.id} ${order.hash}`, order);
  return [...own.values()];
}
