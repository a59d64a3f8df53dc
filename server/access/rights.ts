/** Who may do what: the rights, and one table from every message of a page to what it asks for. Pure; who somebody is, is left to `access.ts`. */
import type { Check } from '../../src/core/check.ts';
import type { Up } from '../../src/core/protocol/up.ts';
import { never } from '../../src/core/vocabulary.ts';

export const rightNames = ['view', 'run:read', 'run:send', 'run:capture', 'condition', 'admin'] as const;
export type Right = (typeof rightNames)[number];
export type Rights = ReadonlySet<Right>;
export type Effect = Check['effect'];

export const noRights: Rights = new Set();
export const allRights: Rights = new Set(rightNames);

/** Whoever may do something may read: every right brings `view` with it. */
export const withView = (rights: readonly Right[]): Rights =>
  rights.length === 0 ? noRights : new Set(['view', ...rights]);

/**
 * What a message or an address asks for.
 * `effects`: `run:<effect>` of every check that it names. `stop`: the same, or `admin`, who may end what anybody started.
 * `evidence`: any of the `run:` rights, or `admin`. Keeping, freezing and presenting are for those who may take evidence, or who look after it.
 */
export type Ask = 'nothing' | 'view' | 'effects' | 'stop' | 'evidence' | 'condition';

export const messageAsks = {
  watch: 'view',
  follow: 'view',
  unfollow: 'view',
  run: 'effects',
  cancel: 'stop',
  condition: 'condition',
  release: 'condition',
  ask: 'condition',
  freeze: 'evidence',
  pin: 'evidence',
  present: 'evidence',
} as const satisfies Record<Up['type'], Ask>;

const ofEffect = { read: 'run:read', send: 'run:send', capture: 'run:capture' } as const satisfies Record<
  Effect,
  Right
>;
const runRights = Object.values(ofEffect);

/** What is missing, in words; nothing when all is there. `effects` are those of the checks that are named, as far as they are known. */
export function lacking(ask: Ask, effects: readonly Effect[], rights: Rights): string | undefined {
  const canRun = runRights.some((right) => rights.has(right));
  switch (ask) {
    case 'nothing':
      return undefined;
    case 'view':
    case 'condition':
      return rights.has(ask) ? undefined : ask;
    case 'evidence':
      return canRun || rights.has('admin') ? undefined : 'run:read, run:send, run:capture or admin';
    case 'stop':
      return rights.has('admin') ? undefined : lacking('effects', effects, rights);
    case 'effects': {
      // A check that nobody knows has no effect: who may run nothing does not learn that from the answer.
      if (effects.length === 0) return canRun ? undefined : 'run:read, run:send or run:capture';
      const missing = new Set(
        effects.map((effect) => ofEffect[effect]).filter((right) => !rights.has(right)),
      );
      return missing.size === 0 ? undefined : [...missing].join(' and ');
    }
    default:
      return never(ask);
  }
}
