/** The logins of a whole fleet: an sshd that refused one is left alone for a while, also by the machines behind it, because newer ones lock out an address that they refuse often. */
import { TransportError } from '../agent/contract.ts';
import type { Machine } from '../fleet/fleet.ts';

/** From 9.8 on, sshd adds 5 s for each refused login and refuses our address from 15 s on (PerSourcePenalties). */
const REFUSED_MS = 30_000;

/** The name of the way to a machine: its jump hosts. Of one jump host it is that machine's own name. */
export const wayTo = ({ jumps = [] }: Pick<Machine, 'jumps'>): string => jumps.join(', ');

/** Logs in, unless the machine or its jump hosts refused somebody a moment ago. The first one through jump hosts finds out for all. */
export type Logins = <T>(machine: Machine, login: () => Promise<T>) => Promise<T>;

export function createLogins(): Logins {
  const refused = new Map<string, TransportError>();
  const first = new Map<string, Promise<unknown>>();

  const attempt: Logins = async (machine, login) => {
    const known = refused.get(machine.name) ?? refused.get(wayTo(machine));
    if (known !== undefined) throw known;
    try {
      return await login();
    } catch (error) {
      if (!(error instanceof TransportError) || error.problem !== 'refused-login') throw error;
      const { problem, message, refusedBy = machine.name } = error;
      const later = new TransportError(
        problem,
        `${message} The next attempt is after ${REFUSED_MS / 1000} s.`,
      );
      refused.set(refusedBy, later);
      first.delete(refusedBy);
      setTimeout(() => refused.delete(refusedBy), REFUSED_MS).unref();
      throw later;
    }
  };
  return async (machine, login) => {
    const way = wayTo(machine);
    const before = first.get(way);
    if (way === '' || before !== undefined) {
      await before;
      return attempt(machine, login);
    }
    const mine = attempt(machine, login);
    first.set(
      way,
      mine.catch(() => {}),
    );
    return mine;
  };
}
