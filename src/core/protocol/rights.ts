/** Who may do what: the rights, the right that each message needs, and the sentence about a missing one. */
import * as z from 'zod/mini';
import type { Check } from '../check/check.ts';
import { list } from '../text/list.ts';
import type { Up } from './up.ts';
import { never } from '../vocabulary.ts';

export const rightNames = ['view', 'run:read', 'run:send', 'run:capture', 'condition', 'admin'] as const;
export const rightSchema = z.enum(rightNames);
export type Right = z.infer<typeof rightSchema>;
export type Rights = ReadonlySet<Right>;
export type Effect = Check['effect'];

export const noRights: Rights = new Set();
export const allRights: Rights = new Set(rightNames);

/** Every right includes `view`. */
export const withView = (rights: readonly Right[]): Rights =>
  rights.length === 0 ? noRights : new Set(['view', ...rights]);

/**
 * What a message or an address needs. `effects`: `run:<effect>` of every check that it names. `stop`: the same, or `admin`.
 * `evidence` (pinning, saving, presenting): any `run:` right, or `admin`.
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
  present: 'evidence',
} as const satisfies Record<Up['type'], Ask>;

const ofEffect = { read: 'run:read', send: 'run:send', capture: 'run:capture' } as const satisfies Record<
  Effect,
  Right
>;
const runRights = Object.values(ofEffect);

/** The missing rights in words; nothing when none is missing. `effects`: those of the named checks that are known. */
export function missingRights(ask: Ask, effects: readonly Effect[], rights: Rights): string | undefined {
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
      return rights.has('admin') ? undefined : missingRights('effects', effects, rights);
    case 'effects': {
      // Unknown checks get the same refusal, so a reader without rights cannot find out which checks exist.
      if (effects.length === 0) return canRun ? undefined : 'run:read, run:send or run:capture';
      const wanted = new Set<Right>(effects.map((effect) => ofEffect[effect]));
      const missing = runRights.filter((right) => wanted.has(right) && !rights.has(right));
      return missing.length === 0 ? undefined : list(missing);
    }
    default:
      return never(ask);
  }
}

const whoHelps = 'Ask the operator of this server for it.';

/** The same words from the server that refuses and from the page, which does not even ask. */
export const refusalOf = (missing: string): string =>
  `You need the ${permissionIn(missing)} to do this. ${whoHelps}`;

/** The same about some of several checks, by their titles. */
export const partRefusalOf = (titles: readonly string[], missing: string): string =>
  `Not ${list(titles.map((title) => `“${title}”`))}: that needs the ${permissionIn(missing)}. ${whoHelps}`;

/** For an action that works, but after which no check may run. */
export const nothingRunSentence = (missing: string): string =>
  `No check runs then: that needs the ${permissionIn(missing)}. ${whoHelps}`;

const permissionIn = (missing: string): string =>
  `${missing.includes(' and ') ? 'permissions' : 'permission'} ${missing}`;

/** What each right allows, after “You may”. */
const words = {
  view: 'read everything, follow runs and replay records',
  'run:read': 'run checks that only read',
  'run:send': 'run checks that send requests',
  'run:capture': 'run checks that capture packets',
  condition: 'put the lab into its conditions',
  admin: 'cancel what anybody started',
} as const satisfies Record<Right, string>;

/** Everything that these rights allow, in the order of `rightNames`. */
export const rightWords = (rights: Rights): readonly string[] => [
  ...rightNames.filter((right) => rights.has(right)).map((right) => words[right]),
  ...(missingRights('evidence', [], rights) === undefined ? ['pin, freeze and present'] : []),
];
