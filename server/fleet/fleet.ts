/** The machines that can be asked, however they became known. Reading inventories is left to `inventory.ts`. */
import type { LoadedWriteup } from '../content/load.ts';

/** The part that a machine plays in a writeup; checks name roles, never addresses. */
export type Role = string;

export type Machine = {
  /** Inventory host name: the vantage. Matches `^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`. */
  readonly name: string;
  /** Empty for a machine that others are only reached through. */
  readonly role: Role;
  /** IPv4 or IPv6 literal, or a strict host name. */
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** Empty: the default keys of this server's user, as ssh tries them. */
  readonly keyFile: string;
  /** The socket of an ssh agent whose keys are tried (`--identity agent`). */
  readonly agent?: string;
  /** A Unix socket that leads to the machine's sshd instead of TCP (the lab). */
  readonly socket?: string;
  /** Names of the machines that it is reached through, the first one first. */
  readonly jumps?: readonly string[];
  /** How long ssh may take to connect, when the inventory says so. */
  readonly connectSeconds?: number;
  /** This very machine, reached without ssh (`ansible_connection: local`). */
  readonly local?: true;
  /** The key starts an installed gate there; without it the agent travels with every order. */
  readonly gate?: true;
  /** What the machine must say of itself; anything else is `wrong-machine`. */
  readonly machineId?: string;
};

export type Fleet = {
  readonly name: string;
  /** Follows from how the machines are reached: by the lab's sockets, or over a network. No file says it. */
  readonly source: 'lab' | 'live';
  readonly machines: readonly Machine[];
  /** File with the pinned host keys, in known_hosts format, each line under the machine's name. */
  readonly knownHosts: string;
};

/** Where several machines play the role, the first: it stands for them in a check that does not take every one. */
export const machineOf = ({ machines }: Pick<Fleet, 'machines'>, role: Role): Machine | undefined =>
  machines.find((machine) => machine.role === role);

/** Each role once, in the order in which the writeups name them. */
export function rolesOf(writeups: readonly LoadedWriteup[]): readonly string[] {
  const named = writeups.flatMap(({ writeup, checks }) => [
    ...writeup.roles.map(({ role }) => role),
    ...[...checks.values()].flatMap(({ check }) => check.steps.map(({ role }) => role)),
  ]);
  return [...new Set(named)];
}
