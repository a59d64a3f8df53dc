/** The lab's conditions as readers use them: applied under a lease, alone, and taken back when it ends. Deciding is left to `lease.ts`, doing to the lab. */
import type { ConditionView, LabView } from '../../src/core/protocol/down.ts';
import {
  requestLease,
  expireLease,
  free,
  type Lease,
  shortenLease,
  releaseLease,
  acquireLease,
} from './lease.ts';

/** What this needs of the lab. */
export type ConditionedLab = {
  setCondition(cause: string, remedy?: string): Promise<void>;
  /** The condition it started in, which it goes back to. */
  readonly condition: string;
};

export type Answer = { readonly ok: true } | { readonly ok: false; readonly message: string };

export type Conditions = {
  /** Nothing when there is no lab: conditions do not exist for real machines. */
  view(): LabView | undefined;
  apply(reader: string, cause: string, remedy?: string): Promise<Answer>;
  release(reader: string): Promise<Answer>;
  ask(reader: string): Answer;
  /** The reader's last page went away. */
  onReaderLeft(reader: string): void;
  close(): void;
};

export type ConditionsOptions = {
  readonly lab: () => ConditionedLab | undefined;
  readonly conditions: readonly ConditionView[];
  /** Runs the work while no check runs, and none starts. */
  readonly alone: (work: () => Promise<void>) => Promise<void>;
  /** What a reader is called where others see it. */
  readonly nameOf: (reader: string) => string;
  readonly changed: () => void;
  readonly now: () => number;
  readonly date: () => Date;
};

const noLab: Answer = {
  ok: false,
  message:
    'Conditions belong to the lab. These are real machines, and nothing on them is ever changed from here.',
};

export function createConditions({
  lab,
  conditions,
  alone,
  nameOf,
  changed,
  now,
  date,
}: ConditionsOptions): Conditions {
  let lease: Lease = free;
  let applying: string | null = null;
  let ending: NodeJS.Timeout | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const wallClock = (until: number) => new Date(date().getTime() + until - now()).toISOString();
  const hold = (next: Lease) => {
    if (next === lease) return;
    lease = next;
    clearTimeout(ending);
    if (next.at === 'held')
      ending = setTimeout(() => void end(expireLease(lease, now())), Math.max(0, next.until - now()) + 5);
    ending?.unref();
    changed();
  };
  /** One after the other: two applies at once would meet half-way. */
  const put = (cause: string, remedy?: string): Promise<Answer> => {
    const work = async (): Promise<Answer> => {
      const present = lab();
      if (!present) return noLab;
      applying = remedy === undefined ? cause : `${cause}+${remedy}`;
      changed();
      try {
        await alone(() => present.setCondition(cause, remedy));
        return { ok: true };
      } catch (error) {
        return { ok: false, message: error instanceof Error ? error.message : String(error) };
      } finally {
        applying = null;
        changed();
      }
    };
    const done = last.then(work, work);
    last = done;
    return done;
  };
  /** The lease passed on or became free: the next holder starts from the state that the page documents. */
  const end = async (next: Lease): Promise<Answer> => {
    if (next === lease) return { ok: true };
    hold(next);
    const present = lab();
    return present ? put(present.condition) : noLab;
  };

  return {
    view() {
      if (!lab()) return undefined;
      const held =
        lease.at === 'held'
          ? {
              holder: nameOf(lease.holder),
              until: wallClock(lease.until),
              asked: lease.asked === undefined ? null : nameOf(lease.asked),
            }
          : null;
      return { conditions: [...conditions], applying, lease: held };
    },
    async apply(reader, cause, remedy) {
      if (!lab()) return noLab;
      const unsuited = unsuitable(conditions, cause, remedy);
      if (unsuited !== undefined) return { ok: false, message: unsuited };
      const taken = acquireLease(lease, reader, now());
      if (!taken.ok)
        return {
          ok: false,
          message: `${nameOf(taken.holder)} has the lab until ${wallClock(taken.until).slice(11, 16)} UTC. Ask to take over when that ends, or follow along.`,
        };
      hold(taken.lease);
      return put(cause, remedy);
    },
    async release(reader) {
      if (!lab()) return noLab;
      if (lease.at === 'held' && lease.holder !== reader)
        return {
          ok: false,
          message: `${nameOf(lease.holder)} has the lab; only they can give it back before its time.`,
        };
      return end(releaseLease(lease, reader, now()));
    },
    ask(reader) {
      if (!lab()) return noLab;
      if (lease.at === 'free')
        return { ok: false, message: 'Nobody has the lab: choose a condition and apply it.' };
      if (lease.asked !== undefined && lease.asked !== reader)
        return { ok: false, message: `${nameOf(lease.asked)} has asked already and is next.` };
      hold(requestLease(lease, reader));
      return { ok: true };
    },
    onReaderLeft: (reader) => hold(shortenLease(lease, reader, now())),
    close: () => clearTimeout(ending),
  };
}

/** Why a combination cannot be applied, or nothing. */
function unsuitable(
  conditions: readonly ConditionView[],
  cause: string,
  remedy: string | undefined,
): string | undefined {
  const names = (kind: 'cause' | 'remedy') =>
    conditions
      .filter((condition) => (condition.kind === 'remedy') === (kind === 'remedy'))
      .map(({ name }) => name)
      .join(', ');
  const found = conditions.find(({ name }) => name === cause);
  if (!found || found.kind === 'remedy') return `Expected a cause (${names('cause')}), found "${cause}".`;
  if (remedy === undefined) return undefined;
  const cure = conditions.find(({ name, kind }) => name === remedy && kind === 'remedy');
  if (!cure) return `Expected a remedy (${names('remedy')}), found "${remedy}".`;
  return cure.for.includes(cause)
    ? undefined
    : `${cure.title} is meant for ${cure.for.join(', ')}, and not for ${cause}.`;
}
