/** The times that a page shows: how long ago, whether a day is over, and whether a result is fresh for its own fleet, in its present condition. The clock is handed in. */
import { agoWords } from '../../core/report/format.ts';
import { FRESH_SECONDS, isFresh } from '../../core/run/freshness.ts';
import { membersOf } from '../../core/check/members.ts';
import { isBusy, type State, checkStateOf } from './state.ts';

export const ago = (iso: string, now: number): string => agoWords((now - Date.parse(iso)) / 1000);

/** Whether a day, YYYY-MM-DD, has ended in UTC. */
export function isOver(day: string, now: number): boolean {
  return now >= Date.parse(`${day}T00:00:00Z`) + 86_400_000;
}

export type PageCheck = {
  readonly id: string;
  readonly hash: string;
  readonly freshSeconds?: number;
  readonly every?: string;
};

/** The last result of a check, if it is fresh, with the seconds that its check says. */
export function freshOf(
  state: State,
  { id, hash, freshSeconds = FRESH_SECONDS, every }: PageCheck,
  at: number,
): { readonly endedAt: string; readonly freshSeconds: number } | undefined {
  const { fleet, link } = state;
  const { last } = checkStateOf(state, id);
  if (last === undefined || link.state !== 'open' || fleet?.state !== 'ready') return undefined;
  const { verdict, members = [] } = last.judgement;
  const result = { ...last, verdict, members: members.map(({ name }) => name) };
  const now = { ...fleet, checkHash: hash, members: membersOf({ every }, fleet.roles), at };
  return isFresh(result, now, freshSeconds) ? { endedAt: last.endedAt, freshSeconds } : undefined;
}

/** The time of the oldest of these results, if all are fresh and none runs now. */
export function allFreshSince(state: State, checks: readonly PageCheck[], at: number): string | undefined {
  const fresh = checks.map((check) =>
    isBusy(checkStateOf(state, check.id)) ? undefined : freshOf(state, check, at)?.endedAt,
  );
  return fresh.includes(undefined) ? undefined : fresh.toSorted()[0];
}
