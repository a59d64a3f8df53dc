/** What a writeup asks for on the machines, as its page shows it: from the orders that the gates are made of. Pure. */
import type { LoadedWriteup } from '../content/load.ts';
import { allowedCommandsFor, allowedCommands } from './allowList.ts';
import { gateProgram, versionOf } from './gateProgram.ts';
import { rootCommandsOf } from './sudoers.ts';

export type RoleRights = {
  readonly role: string;
  /** The version of the gate for this role, which holds the orders of every writeup. */
  readonly gate: string;
  readonly orders: readonly {
    readonly id: string;
    readonly command: string;
    /** Empty when there is none. */
    readonly stop: string;
    readonly seconds: number;
    readonly input: boolean;
  }[];
  /** Word for word, as sudoers permits them. */
  readonly root: readonly string[];
};

/** The rights of one writeup, for each role that it names, in the order of its vantages. */
export function rightsOf(writeups: readonly LoadedWriteup[], id: string): readonly RoleRights[] {
  const all = allowedCommands(writeups);
  const own = all.filter(({ writeup }) => writeup === id);
  return [...new Set(own.map(({ role }) => role))].sort().map((role) => {
    const orders = allowedCommandsFor(own, role);
    return {
      role,
      gate: versionOf(gateProgram(allowedCommandsFor(all, role))) ?? '',
      orders: orders.map(({ id, command, stop, seconds, input }) => ({ id, command, stop, seconds, input })),
      root: rootCommandsOf(orders).map((argv) => argv.join(' ')),
    };
  });
}
