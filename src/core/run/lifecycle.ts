/** What the history of a writeup says about the writeup itself: whether its review is due, machines changed, or the limitation is gone. Pure; the facts are collected by the server. */
import { limitationStatus, type LimitationStatus, type DecidingRow } from './limitation.ts';
import type { Notice } from './notice.ts';
import type { ResultSource } from '../vocabulary.ts';
import type { Writeup } from '../check/writeup.ts';

/** What a machine ran when a record was taken. */
export type MachineSoftware = {
  readonly machine: string;
  readonly kernel: string;
  /** UTC, ISO 8601. */ readonly on: string;
};

/** What is known from one kind of place; those of unlike source are never put together. */
export type PlaceFacts = {
  /** `lab`: of its documented condition only. A recording is no news, so it is no place. */
  readonly source: Exclude<ResultSource, 'recording'>;
  /** The ended runs of the deciding rows, newest first, by the present version of their checks. */
  readonly rows: readonly DecidingRow[];
  /** From the last two records of each deciding row. */
  readonly seen: readonly MachineSoftware[];
};

export type LifecycleFacts = {
  /** YYYY-MM-DD, UTC. */
  readonly today: string;
  readonly places: readonly PlaceFacts[];
  /** Where the ready change for a check is. */
  readonly changeOf: (check: string) => string;
};

/** So many takings in a row without the limitation, and it is said to be gone. */
export const timesInARow = 3;

/** In the order in which a reader has to know them. */
export function noticesOf(
  { limitation, lifecycle }: Pick<Writeup, 'limitation' | 'lifecycle'>,
  { today, places, changeOf }: LifecycleFacts,
): readonly Notice[] {
  const deciding = limitation?.checks ?? [];
  const gone = places
    .map((place) => goneIn(deciding, place, changeOf))
    .find((notice) => notice !== undefined);
  return [
    ...(gone === undefined ? [] : [gone]),
    ...places.flatMap((place) => changedIn(place, lifecycle?.lastReproduced)),
    ...(lifecycle === undefined || today <= lifecycle.reviewBy ? [] : [reviewDue(lifecycle)]),
  ];
}

/**
 * The newest complete takings, newest first. A taking is complete when each deciding row came to a result since the taking before;
 * a row without a result proves nothing, so it is as if it had not been taken.
 */
export function takingsOf(
  deciding: readonly string[],
  rows: readonly DecidingRow[],
  most: number,
): readonly LimitationStatus[] {
  const takings: LimitationStatus[] = [];
  let open = new Map<string, DecidingRow>();
  for (const row of rows) {
    if (takings.length === most) break;
    if (!deciding.includes(row.check) || row.judgement.verdict === 'inconclusive') continue;
    // From the newest back: the first that is met of a check is the one that counts.
    if (!open.has(row.check)) open.set(row.check, row);
    if (open.size < deciding.length) continue;
    takings.push(limitationStatus(deciding, [...open.values()]));
    open = new Map();
  }
  return takings;
}

const where = { live: 'on the real machines', lab: 'in the lab, in its documented condition' } as const;

function goneIn(
  deciding: readonly string[],
  { source, rows }: PlaceFacts,
  changeOf: LifecycleFacts['changeOf'],
): Notice | undefined {
  const [first] = deciding;
  if (first === undefined) return undefined;
  const takings = takingsOf(deciding, rows, timesInARow);
  if (takings.length < timesInARow || takings.some(({ status }) => status !== 'no longer reproduces'))
    return undefined;
  const since = dayOf(takings.at(-1)?.since ?? '');
  return {
    kind: 'no-longer-reproduces',
    message: `The limitation did not show in the last ${timesInARow} takings ${where[source]} (since ${since}), and this page says that it does. Look at what changed there; if it is gone for good, a change to the page is ready.`,
    more: changeOf(first),
  };
}

type Reproduced = NonNullable<Writeup['lifecycle']>['lastReproduced'];

function changedIn({ source, seen }: PlaceFacts, reproduced: Reproduced | undefined): Notice[] {
  const newestFirst = seen.toSorted((a, b) => (a.on < b.on ? 1 : -1));
  return [...new Set(seen.map(({ machine }) => machine))].flatMap((machine): Notice[] => {
    const [now, ...past] = newestFirst.filter((one) => one.machine === machine);
    if (now === undefined) return [];
    const then = past.find(({ kernel }) => kernel !== now.kernel);
    if (then !== undefined)
      return [
        changed(
          `${machine} (${source}) ran the kernel ${now.kernel} at the last record (${dayOf(now.on)}) and ${then.kernel} at one before (${dayOf(then.on)}). What was taken before may not hold any more: take the evidence again.`,
        ),
      ];
    // The kernel of the lab is that of whoever runs it: it says nothing about where the limitation was seen.
    const documented = source === 'live' ? reproduced?.versions[kernelKey] : undefined;
    if (reproduced === undefined || documented === undefined || documented === now.kernel) return [];
    return [
      changed(
        `${machine} runs the kernel ${now.kernel}; the page was last found to be right on ${documented} (${reproduced.on}). If it still is, write this version into \`lifecycle.lastReproduced\`.`,
      ),
    ];
  });
}

/** The one version in the front matter that a record knows too. */
const kernelKey = 'kernel';

const changed = (message: string): Notice => ({ kind: 'versions-changed', message });

function reviewDue({ owner, reviewBy, lastReproduced }: NonNullable<Writeup['lifecycle']>): Notice {
  return {
    kind: 'review-due',
    message: `This page was to be reviewed by ${reviewBy}, and was last found to be right on ${lastReproduced.on}. Read it with care, take the evidence again, and tell ${owner}.`,
  };
}

const dayOf = (at: string): string => at.slice(0, 10);
