/** Compares what two sets of checks let run on the machines, for people who review a change of rights. Pure. Writing it for them is left to `rightsText.ts`. */
import { type AllowedCommand, allowedCommandsFor } from './allowList.ts';
import { gateProgram, versionOf } from './gateProgram.ts';
import { rootCommandsOf, sudoersLines } from './sudoers.ts';

export type RightsChange = {
  readonly added: readonly AllowedCommand[];
  readonly removed: readonly AllowedCommand[];
  /** The same step with another command, stop line, limit or input. */
  readonly changed: readonly { readonly before: AllowedCommand; readonly after: AllowedCommand }[];
  /** Lines of sudoers, each behind the role on whose machine it stands. */
  readonly rootAdded: readonly string[];
  readonly rootRemoved: readonly string[];
  /** Gates that have to be installed anew; empty on one side for a role that is new or gone. */
  readonly gates: readonly { readonly role: string; readonly before: string; readonly after: string }[];
};

/** Stands for the login user of the site. */
const user = 'USER';

export function rightsChange(
  before: readonly AllowedCommand[],
  after: readonly AllowedCommand[],
): RightsChange {
  const key = (order: AllowedCommand) => `${order.role} ${order.writeup}/${order.id}`;
  const was = new Map(before.map((order) => [key(order), order]));
  const is = new Map(after.map((order) => [key(order), order]));
  const root = (orders: readonly AllowedCommand[]) =>
    new Set(
      orders.flatMap((one) =>
        sudoersLines(rootCommandsOf([one]), user).map((line) => `${one.role}: ${line}`),
      ),
    );
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
    gates: [...new Set([...before, ...after].map(({ role }) => role))].flatMap((role) => {
      const [old, now] = [versionFor(before, role), versionFor(after, role)];
      return old === now ? [] : [{ role, before: old, after: now }];
    }),
  };
}

function versionFor(orders: readonly AllowedCommand[], role: string): string {
  const own = allowedCommandsFor(orders, role);
  return own.length === 0 ? '' : (versionOf(gateProgram(own)) ?? '');
}

/** A gate may be another one all the same: in another order, for instance. */
export const isUnchanged = ({ gates: _, ...rights }: RightsChange): boolean =>
  Object.values(rights).every((part) => part.length === 0);

/** Whether anything may run after it that might not before. A step that only got less time, or lost its input, is no growth. */
export const grows = ({ added, changed, rootAdded }: RightsChange): boolean =>
  added.length > 0 ||
  rootAdded.length > 0 ||
  changed.some(
    ({ before, after }) =>
      after.command !== before.command ||
      after.stop !== before.stop ||
      after.seconds > before.seconds ||
      (after.input && !before.input),
  );
