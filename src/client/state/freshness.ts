/** Whether what a page shows is fresh for its own fleet, in its present condition. The rule itself is the core's. */
import { FRESH_SECONDS, isFresh } from '../../core/run/freshness.ts';
import { membersOf } from '../../core/check/members.ts';
import { isBusy, type State, checkStateOf } from './state.ts';

/** What a page knows of one of its checks. */
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
