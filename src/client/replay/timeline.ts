/** The moments of a run on the line of its time, for a replay, and links to one of them. */
import type { Moment } from '../state/runLog.ts';

/** How many of the moments have happened by then. */
export function countUntil(moments: readonly Moment[], at: number): number {
  let low = 0;
  let high = moments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((moments[middle]?.at ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The place of the next moment after this one, or of the one before. */
export function neighbour(moments: readonly Moment[], at: number, direction: 1 | -1): number {
  const times = moments.map((moment) => moment.at);
  const found =
    direction === 1 ? times.find((time) => time > at + 0.5) : times.findLast((time) => time < at - 0.5);
  return found ?? times.at(direction === 1 ? -1 : 0) ?? 0;
}

/** `#<check>.<step>@<seconds>`, as it is in an address. */
export const momentAnchor = (check: string, step: string, ms: number): string =>
  `#${check}.${step}@${(ms / 1000).toFixed(3)}`;

export type MomentLink = { readonly check: string; readonly step: string; readonly ms: number };
const ANCHOR = /^#([a-z][a-z0-9-]*(?:~\d+)?)\.([a-z][a-z0-9-]*)@(\d{1,7}(?:\.\d{1,3})?)$/;

export function readMoment(hash: string): MomentLink | undefined {
  const [whole, check = '', step = '', seconds = ''] = ANCHOR.exec(hash) ?? [];
  return whole === undefined ? undefined : { check, step, ms: Number(seconds) * 1000 };
}
