/** What the reader of this page may do now, and the sentence that names a missing permission. Pure; the server checks each message again. */
import {
  type Ask,
  type Effect,
  missingRights,
  partRefusalOf,
  refusalOf,
  type Rights,
} from '../../core/protocol/rights.ts';
import type { State } from '../state/state.ts';

export type CheckWithEffect = { readonly id: string; readonly title: string; readonly effect: Effect };

/** The permission that is missing, as a sentence. Undefined when none is, or while no server has answered. */
export function disabledReason(state: State, ask: Exclude<Ask, 'effects' | 'stop'>): string | undefined {
  const rights = rightsOf(state);
  const missing = rights && missingRights(ask, [], rights);
  return missing === undefined ? undefined : refusalOf(missing);
}

/** `reason` says which permission the other checks need. */
export type PermittedChecks = { readonly allowed: readonly string[]; readonly reason: string | undefined };

/** The checks that the reader may run (`effects`) or cancel (`stop`). Everybody may play a recording. `noneAllowed` makes the sentence when all are refused. */
export function permittedChecks(
  state: State,
  ask: 'effects' | 'stop',
  checks: readonly CheckWithEffect[],
  noneAllowed: (missing: string) => string = refusalOf,
): PermittedChecks {
  const rights = sourceFor(state) === 'recording' ? undefined : rightsOf(state);
  const missingFor = (some: readonly CheckWithEffect[]) =>
    rights && some.length > 0
      ? missingRights(
          ask,
          some.map(({ effect }) => effect),
          rights,
        )
      : undefined;
  const refused = checks.filter((check) => missingFor([check]) !== undefined);
  const allowed = checks.filter((check) => !refused.includes(check)).map(({ id }) => id);
  const missing = missingFor(refused);
  if (missing === undefined) return { allowed, reason: undefined };
  const titles = refused.map(({ title }) => title);
  return { allowed, reason: allowed.length === 0 ? noneAllowed(missing) : partRefusalOf(titles, missing) };
}

/** Rights count while there is a server, and while its connection is lost for a moment. */
function rightsOf({ link, viewer }: State): Rights | undefined {
  const isThere = link.state === 'open' || link.state === 'waiting';
  return isThere && viewer ? new Set(viewer.rights) : undefined;
}

export type RunSource = 'server' | 'recording' | 'nothing';

/** What can answer a press of Run. Recordings stand in when the server, or its fleet, is not there. */
export function sourceFor(state: State, check?: string): RunSource {
  if (state.link.state === 'open' && state.fleet?.state === 'ready') return 'server';
  if (state.link.state === 'connecting' || state.fleet?.state === 'starting') return 'nothing';
  if (state.recordings.state !== 'ready') return 'nothing';
  return check === undefined || state.recordings.last.has(check) ? 'recording' : 'nothing';
}
