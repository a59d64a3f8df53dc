/** The lab's conditions: applied under a lease, while no check runs, and reset when the lease ends. */
import type { ConditionView, LabView } from '../../src/core/protocol/down.ts';
import {
  acquireLease,
  expireLease,
  free,
  type Lease,
  releaseLease,
  requestLease,
  shortenLease,
} from './lease.ts';
import { messageOf } from '../files/errors.ts';
import { queue } from '../files/queue.ts';

export type ConditionedLab = {
  setCondition(cause: string, remedy?: string): Promise<void>;
  /** The condition that it started in, and is reset to. */
  readonly condition: string;
};

export type Answer = { readonly ok: true } | { readonly ok: false; readonly message: string };

export type Conditions = ReturnType<typeof createConditions>;

export type ConditionsOptions = {
  readonly lab: () => ConditionedLab | undefined;
  readonly conditions: readonly ConditionView[];
  /** Does the work while no check runs, and none starts. */
  readonly alone: (work: () => Promise<void>) => Promise<void>;
  /** The name that others see. */
  readonly nameOf: (reader: string) => string;
  readonly changed: () => void;
  readonly now: () => number;
  readonly date: () => Date;
};

const refused = (message: string): Answer => ({ ok: false, message });
const noLab = refused(
  'Conditions belong to the lab. These are real machines, and nothing on them is ever changed from here.',
);

export function createConditions(options: ConditionsOptions) {
  const { lab, conditions, alone, nameOf, changed, now, date } = options;
  let lease: Lease = free;
  let applying: string | null = null;
  let expiry: NodeJS.Timeout | undefined;
  let isClosed = false;
  const inTurn = queue();

  const wallClock = (until: number) => new Date(date().getTime() + until - now()).toISOString();
  const setLease = (next: Lease) => {
    // Pages that leave a server that has ended have nothing to give back: the lab may be another's by then.
    if (next === lease || isClosed) return;
    lease = next;
    clearTimeout(expiry);
    if (next.at === 'held') {
      const ms = Math.max(0, next.until - now()) + 5;
      expiry = setTimeout(() => void endLease(expireLease(lease, now())), ms).unref();
    }
    changed();
  };
  const apply = (cause: string, remedy?: string): Promise<Answer> => {
    const work = async (): Promise<Answer> => {
      const target = lab();
      if (!target) return noLab;
      applying = remedy === undefined ? cause : `${cause}+${remedy}`;
      changed();
      try {
        await alone(() => target.setCondition(cause, remedy));
        return { ok: true };
      } catch (error) {
        return refused(messageOf(error));
      } finally {
        applying = null;
        changed();
      }
    };
    return inTurn(work);
  };
  /** The next holder starts from the documented condition. */
  const endLease = async (next: Lease): Promise<Answer> => {
    if (next === lease) return { ok: true };
    setLease(next);
    const target = lab();
    return target ? apply(target.condition) : noLab;
  };
  const leaseView = () =>
    lease.at === 'free'
      ? null
      : {
          holder: nameOf(lease.holder),
          until: wallClock(lease.until),
          asked: lease.asked === undefined ? null : nameOf(lease.asked),
        };

  return {
    /** Undefined without a lab: real machines have no conditions. */
    view: (): LabView | undefined =>
      lab() ? { conditions: [...conditions], applying, lease: leaseView() } : undefined,
    async apply(reader: string, cause: string, remedy?: string): Promise<Answer> {
      if (!lab()) return noLab;
      const unsuitable = reasonAgainst(conditions, cause, remedy);
      if (unsuitable !== undefined) return refused(unsuitable);
      const result = acquireLease(lease, reader, now());
      if (!result.ok)
        return refused(
          `${nameOf(result.holder)} has the lab until ${wallClock(result.until).slice(11, 16)} UTC. Ask to take over when that ends, or follow along.`,
        );
      setLease(result.lease);
      return apply(cause, remedy);
    },
    async release(reader: string): Promise<Answer> {
      if (!lab()) return noLab;
      if (lease.at === 'held' && lease.holder !== reader)
        return refused(`${nameOf(lease.holder)} has the lab; only they can give it back before its time.`);
      return endLease(releaseLease(lease, reader, now()));
    },
    ask(reader: string): Answer {
      if (!lab()) return noLab;
      if (lease.at === 'free') return refused('Nobody has the lab: choose a condition and apply it.');
      if (lease.asked !== undefined && lease.asked !== reader)
        return refused(`${nameOf(lease.asked)} has asked already and is next.`);
      setLease(requestLease(lease, reader));
      return { ok: true };
    },
    /** The reader's last page has closed. */
    onReaderLeft: (reader: string) => setLease(shortenLease(lease, reader, now())),
    close() {
      isClosed = true;
      clearTimeout(expiry);
    },
  };
}

function reasonAgainst(
  conditions: readonly ConditionView[],
  cause: string,
  remedy: string | undefined,
): string | undefined {
  const remedies = conditions.filter(({ kind }) => kind === 'remedy');
  const causes = conditions.filter(({ kind }) => kind !== 'remedy');
  const names = (of: readonly ConditionView[]) => of.map(({ name }) => name).join(', ');
  if (!causes.some(({ name }) => name === cause))
    return `Expected a cause (${names(causes)}), found "${cause}".`;
  if (remedy === undefined) return undefined;
  const found = remedies.find(({ name }) => name === remedy);
  if (!found) return `Expected a remedy (${names(remedies)}), found "${remedy}".`;
  return found.for.includes(cause)
    ? undefined
    : `${found.title} is meant for ${found.for.join(', ')}, and not for ${cause}.`;
}
