/** What checks that are wanted together wait for, and in which order they start. Pure. */
import { hostname } from 'node:os';
import type { Check } from '../../src/core/check/check.ts';
import { type Fleet, type Machine, machineOf } from '../fleet/fleet.ts';
import type { SlotRequest } from '../store/contract.ts';
import type { Wanted } from './slots.ts';

/** Where a machine is, for all servers the same: each of them may have another name for it. */
export const placeOf = ({ address, port, local }: Machine): string =>
  `${address}:${port}${local ? ` of ${hostname()}` : ''}`;

/** Sending from a machine and capturing exclude each other: packets of our other runs would show in the terminal of a capture. */
const sendingFrom = (machine: string): string => `sending from ${machine}`;

/** The machines that the steps of a check run on. */
export function machinesOf({ steps, every }: Check, fleet: Pick<Fleet, 'machines'>): readonly Machine[] {
  const roles = new Set(steps.map(({ role }) => role));
  return fleet.machines.filter(
    (one) => roles.has(one.role) && (one.role === every || one === machineOf(fleet, one.role)),
  );
}

/** One slot of each machine of the check; with it one of its sending slots, or all of those of all machines for a capture. */
export function neededSlots(check: Check, fleet: Pick<Fleet, 'machines'>): SlotRequest {
  const { effect } = check;
  const own = machinesOf(check, fleet).map(({ name }) => name);
  const slots = new Map(own.map((name) => [name, 1]));
  if (effect === 'send') for (const name of own) slots.set(sendingFrom(name), 1);
  if (effect === 'capture')
    for (const { name } of fleet.machines) slots.set(sendingFrom(name), Number.POSITIVE_INFINITY);
  return slots;
}

/** Those of a lab are this server's alone. */
export function slotsFor(check: Check, fleet: Fleet): Wanted {
  const own = neededSlots(check, fleet);
  if (fleet.source === 'lab') return { own };
  const machines = fleet.machines.map((one) => ({ ...one, name: placeOf(one) }));
  return { own, shared: neededSlots(check, { machines }) };
}

/**
 * The positions of the checks, in the order in which they start: what runs beside others first, the longest of it before all, and
 * then the captures one after the other, so that nothing waits for a capture but the next one.
 */
export function startOrder(checks: readonly Check[]): readonly number[] {
  const rank = (check: Check): number => (check.effect === 'capture' ? 0 : check.steps.length);
  const order = checks.map((check, position) => ({ position, rank: rank(check) }));
  return order.sort((one, other) => other.rank - one.rank).map(({ position }) => position);
}
