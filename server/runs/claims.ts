/** A check of a fleet runs once, on whichever server it is asked for: the one that gets the claim runs it, and the others join. */
import { createHash } from 'node:crypto';
import type { RunHeader } from '../../src/core/run/run.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { Claim, Running, Shared } from '../store/contract.ts';
import { queue } from '../files/queue.ts';
import { placeOf } from './schedule.ts';

export type Started = { readonly run: string; readonly joined: boolean };

/** A run that does not start, and cannot be joined. The message is for the person who asked. */
export class RefusedRunError extends Error {}

const unanswered =
  'The run was not started: the database that keeps the records could not be asked whether another server runs this check. Try again in a moment.';

/** What makes a run of a check on a fleet the only one, on all servers. */
function claimFor({ writeup, check }: RunHeader, { name, machines }: Fleet): Omit<Claim, 'request'> {
  const facts = machines.map((one) => [...[one.name, one.role, placeOf(one), one.machineId ?? '']]);
  const digest = createHash('sha256').update(JSON.stringify(facts)).digest('hex');
  return { once: JSON.stringify([writeup, check, name]), machines: digest };
}

/** `joining` gets the run of another server before anybody is told of it. */
export function createClaims(
  { claim, join }: Pick<Shared, 'claim' | 'join'>,
  joining: (run: Running) => void,
) {
  const claiming = new Map<string, Promise<Started>>();
  const inTurn = queue();
  const claimOne = (header: RunHeader, wanted: Claim, begin: () => void): Promise<Started> => {
    // All are asked for at once, and begin in the order of the clicks.
    const asked = claim(header, wanted).then(
      (other) => ({ other }),
      (cause: unknown) => ({ failed: new RefusedRunError(unanswered, { cause }) }),
    );
    return inTurn(async () => {
      const answer = await asked;
      if ('failed' in answer) throw answer.failed;
      const { other } = answer;
      if (other === undefined) {
        begin();
        return { run: header.run, joined: false };
      }
      if (typeof other === 'string') return { run: other, joined: true };
      const refusal = refusalOf(header, wanted, other);
      if (refusal !== undefined) throw new RefusedRunError(refusal);
      joining(other);
      return { run: other.header.run, joined: true };
    });
  };
  /** `request`: the click. Calls `begin` when the run is this server's. Rejects with a RefusedRunError. */
  return (header: RunHeader, fleet: Fleet, request: string, begin: () => void): Promise<Started> => {
    const wanted = { ...claimFor(header, fleet), request };
    const known = claiming.get(wanted.once);
    if (known)
      return known.then(({ run }) => {
        join(request, run);
        return { run, joined: true };
      });
    const started = claimOne(header, wanted, begin).finally(() => claiming.delete(wanted.once));
    claiming.set(wanted.once, started);
    return started;
  };
}

function refusalOf(
  { check, checkHash, fleet }: RunHeader,
  { machines }: Claim,
  other: Running,
): string | undefined {
  if (other.header.checkHash !== checkHash)
    return `Another server runs a different version of ${check} now, so this one was not started. Wait until that run has ended; the operator gives all servers the same content.`;
  if (other.machines !== machines)
    return `Another server runs ${check} now on a fleet that is also named ${fleet} and has other machines, so this one was not started. The operator gives the two inventories different names.`;
  return undefined;
}
