/** What the reader of this page may do just now, and the sentence that says what is missing. Pure. The server looks again at each message. */
import {
  type Ask,
  type Effect,
  missingRights,
  partRefusalOf,
  refusalOf,
  type Rights,
} from '../../core/protocol/rights.ts';
import { sourceFor } from './session.ts';
import type { State } from '../state/state.ts';

/** A check as far as rights go. */
export type Askable = { readonly id: string; readonly title: string; readonly effect: Effect };

/** Why something may not be done here; nothing when it may be, or where there is no server that has said so. */
export function whyNot(state: State, ask: Exclude<Ask, 'effects' | 'stop'>): string | undefined {
  const rights = rightsOf(state);
  const missing = rights && missingRights(ask, [], rights);
  return missing === undefined ? undefined : refusalOf(missing);
}

/** Of several checks those that may be taken or ended; `why` says what the others need, and is nothing when there are none. */
export type PermittedChecks = { readonly may: readonly string[]; readonly why: string | undefined };

/** A recording may be played by everybody. `sayNone` says what is missing where none of them is left. */
export function permittedChecks(
  state: State,
  ask: 'effects' | 'stop',
  checks: readonly Askable[],
  sayNone: (missing: string) => string = refusalOf,
): PermittedChecks {
  const rights = sourceFor(state) === 'recording' ? undefined : rightsOf(state);
  const may = checks.filter(({ effect }) => !rights || missingRights(ask, [effect], rights) === undefined);
  const not = checks.filter((check) => !may.includes(check));
  const effects = not.map(({ effect }) => effect);
  const missing = rights && not.length > 0 ? missingRights(ask, effects, rights) : undefined;
  const titles = not.map(({ title }) => title);
  return {
    may: may.map(({ id }) => id),
    why:
      missing === undefined
        ? undefined
        : may.length === 0
          ? sayNone(missing)
          : partRefusalOf(titles, missing),
  };
}

/** Rights count while there is a server, also one that is away for a moment. */
function rightsOf({ link, viewer }: State): Rights | undefined {
  const isThere = link.state === 'open' || link.state === 'waiting';
  return isThere && viewer ? new Set(viewer.rights) : undefined;
}
