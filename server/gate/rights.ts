/** Compares what two gates let run, for people who review a change of rights. Pure. */
import type { GateOrder } from './orders.ts';
import { rootCommandsOf } from './sudoers.ts';

export type RightsChange = {
  readonly added: readonly GateOrder[];
  readonly removed: readonly GateOrder[];
  /** The same step with another command, stop line, limit or input. */
  readonly changed: readonly { readonly before: GateOrder; readonly after: GateOrder }[];
  readonly rootAdded: readonly string[];
  readonly rootRemoved: readonly string[];
};

export function rightsChange(before: readonly GateOrder[], after: readonly GateOrder[]): RightsChange {
  const key = (order: GateOrder) => `${order.role} ${order.writeup}/${order.id}`;
  const was = new Map(before.map((order) => [key(order), order]));
  const is = new Map(after.map((order) => [key(order), order]));
  const root = (orders: readonly GateOrder[]) =>
    new Set(orders.flatMap((one) => rootCommandsOf([one]).map((argv) => `${one.role}: ${argv.join(' ')}`)));
  const [rootWas, rootIs] = [root(before), root(after)];
  return {
    added: after.filter((order) => !was.has(key(order))),
    removed: before.filter((order) => !is.has(key(order))),
    changed: after.flatMap((order) => {
      const old = was.get(key(order));
      return old && old.hash !== order.hash ? [{ before: old, after: order }] : [];
    }),
    rootAdded: [...rootIs].filter((line) => !rootWas.has(line)),
    rootRemoved: [...rootWas].filter((line) => !rootIs.has(line)),
  };
}

export const isUnchanged = (change: RightsChange): boolean =>
  Object.values(change).every((part) => part.length === 0);

/** The change as lines for a terminal or a pull request; what grows comes first. */
export function rightsText(change: RightsChange): readonly string[] {
  if (isUnchanged(change)) return ['No right changes.'];
  const line = (order: GateOrder) => `${order.role} ${order.writeup}/${order.id}: ${order.command}`;
  return [
    ...change.rootAdded.map((one) => `+ root   ${one}`),
    ...change.added.map((order) => `+ run    ${line(order)}`),
    ...change.changed.flatMap(({ before, after }) => [
      `- run    ${line(before)} (${before.seconds} s)`,
      `+ run    ${line(after)} (${after.seconds} s)`,
      ...(before.stop === after.stop ? [] : [`- stop   ${before.stop}`, `+ stop   ${after.stop}`]),
    ]),
    ...change.rootRemoved.map((one) => `- root   ${one}`),
    ...change.removed.map((order) => `- run    ${line(order)}`),
  ];
}
