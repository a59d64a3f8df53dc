/** Who may do what: the rights, what every message of a page asks for, and the sentence that says what is missing. Who somebody is, is left to the server. */
import * as z from 'zod/mini';
import type { Check } from '../check/check.ts';
import type { Up } from './up.ts';
import { never } from '../vocabulary.ts';

export const rightNames = ['view', 'run:read', 'run:send', 'run:capture', 'condition', 'admin'] as const;
export const rightSchema = z.enum(rightNames);
export type Right = z.infer<typeof rightSchema>;
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
  present: 'evidence',
} as const satisfies Record<Up['type'], Ask>;

const ofEffect = { read: 'run:read', send: 'run:send', capture: 'run:capture' } as const satisfies Record<
  Effect,
  Right
>;
const runRights = Object.values(ofEffect);

/** What is missing, in words; nothing when all is there. `effects` are those of the checks that are named, as far as they are known. */
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
      // A check that nobody knows has no effect: who may run nothing does not learn that from the answer.
      if (effects.length === 0) return canRun ? undefined : 'run:read, run:send or run:capture';
      const wanted = new Set<Right>(effects.map((effect) => ofEffect[effect]));
      const missing = runRights.filter((right) => wanted.has(right) && !rights.has(right));
      return missing.length === 0 ? undefined : list(missing);
    }
    default:
      return never(ask);
  }
}

const whoHelps = 'Whoever runs this server can give you that.';

/** What is missing and who can help. The same from the server that refuses as on the page, which does not even ask. */
export const refusalOf = (missing: string): string =>
  `You may not do this here: it needs the ${rightsIn(missing)}. ${whoHelps}`;

/** The same about some of several checks, by their titles. */
export const partRefusalOf = (titles: readonly string[], missing: string): string =>
  `Not ${list(titles.map((title) => `“${title}”`))}: that needs the ${rightsIn(missing)}. ${whoHelps}`;

/** Said where something else is done, and no check may be taken after it. */
export const nothingRunSentence = (missing: string): string =>
  `No check is taken then: that needs the ${rightsIn(missing)}. ${whoHelps}`;

const rightsIn = (missing: string): string => `${missing.includes(' and ') ? 'rights' : 'right'} ${missing}`;

const list = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`;

/** What each right lets somebody do, after “You may”. */
const words = {
  view: 'read everything, follow runs and replay records',
  'run:read': 'run checks that only read',
  'run:send': 'run checks that send requests',
  'run:capture': 'run checks that capture packets',
  condition: 'put the lab into its conditions',
  admin: 'cancel what anybody started',
} as const satisfies Record<Right, string>;

/** All that these rights let somebody do, in the order of `rightNames`; what follows from several of them stands last. */
export const rightWords = (rights: Rights): readonly string[] => [
  ...rightNames.filter((right) => rights.has(right)).map((right) => words[right]),
  ...(missingRights('evidence', [], rights) === undefined ? ['pin, freeze and present'] : []),
];
