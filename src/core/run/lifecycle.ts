/** What the history of a writeup says about the writeup itself: its review is due, a machine changed, or the limitation is gone. */
import * as z from 'zod/mini';
import { type DecidingRun, limitationStatus, type LimitationStatus } from './limitation.ts';
import type { ResultSource } from '../vocabulary.ts';
import type { Writeup } from '../check/writeup.ts';

/** The shape of a notice: what the history of a writeup says about the writeup itself. */
export const noticeSchema = z.object({
  kind: z.enum(['review-due', 'versions-changed', 'no-longer-reproduces']),
  /** For the reader: what was expected, what was found, what to do next. */
  message: z.string(),
  /** A path on this server where more is, for instance the ready change to the writeup. */
  more: z.optional(z.string()),
});
export type Notice = z.infer<typeof noticeSchema>;

/** The kernel of a machine at the time of a record. */
export type MachineSoftware = {
  readonly machine: string;
  readonly kernel: string;
  /** UTC, ISO 8601. */
  readonly on: string;
};

/** What is known from one kind of place. Different sources are never combined. */
export type PlaceFacts = {
  /** `lab`: in its documented condition only. Recordings tell nothing new. */
  readonly source: Exclude<ResultSource, 'recording'>;
  /** The finished runs of the deciding checks in their present version, newest first. */
  readonly rows: readonly DecidingRun[];
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

/** After this many complete runs in a row without the limitation, it is reported gone. */
export const timesInARow = 3;

/** The most important first. */
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

/** The status at the newest complete runs, at most `most`, newest first. A run is complete when every deciding row has a result since the one before. */
export function completeRuns(
  deciding: readonly string[],
  newestFirst: readonly DecidingRun[],
  most: number,
): readonly LimitationStatus[] {
  const complete: LimitationStatus[] = [];
  let open: DecidingRun[] = [];
  for (const run of newestFirst) {
    if (complete.length === most) break;
    if (run.judgement.verdict === 'inconclusive') continue;
    open.push(run);
    const status = limitationStatus(deciding, open);
    if (status.rows < status.of) continue;
    complete.push(status);
    open = [];
  }
  return complete;
}

const where = { live: 'on the real machines', lab: 'in the lab, in its documented condition' } as const;

function goneIn(
  deciding: readonly string[],
  { source, rows }: PlaceFacts,
  changeOf: LifecycleFacts['changeOf'],
): Notice | undefined {
  const [first] = deciding;
  if (first === undefined) return undefined;
  const complete = completeRuns(deciding, rows, timesInARow);
  if (complete.length < timesInARow || complete.some(({ status }) => status !== 'no longer reproduces'))
    return undefined;
  const since = dayOf(complete.at(-1)?.since ?? '');
  return {
    kind: 'no-longer-reproduces',
    message: `The limitation did not show in the last ${timesInARow} complete runs ${where[source]} (since ${since}), but this page says that it does. Find out what changed there. If it is gone for good, a change to the page is ready.`,
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
          `${machine} (${source}) ran the kernel ${now.kernel} at the last record (${dayOf(now.on)}) and ${then.kernel} at one before (${dayOf(then.on)}). Earlier results may no longer hold: run the checks again.`,
        ),
      ];
    // The lab runs on the kernel of its host, which says nothing about where the limitation was seen.
    const documented = source === 'live' ? reproduced?.versions[kernelKey] : undefined;
    if (reproduced === undefined || documented === undefined || documented === now.kernel) return [];
    return [
      changed(
        `${machine} runs the kernel ${now.kernel}; the page was last found to be right on ${documented} (${reproduced.on}). If it still is, write this version into \`lifecycle.lastReproduced\`.`,
      ),
    ];
  });
}

/** The only version in the front matter that records hold too. */
const kernelKey = 'kernel';

const changed = (message: string): Notice => ({ kind: 'versions-changed', message });

function reviewDue({ owner, reviewBy, lastReproduced }: NonNullable<Writeup['lifecycle']>): Notice {
  return {
    kind: 'review-due',
    message: `This page was due for review by ${reviewBy}; it was last found to be right on ${lastReproduced.on}. Run its checks again before you rely on it, and tell ${owner}.`,
  };
}

const dayOf = (at: string): string => at.slice(0, 10);
