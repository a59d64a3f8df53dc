/** Permissions: which exist, who has them, which one each message of a page needs, and the sentence that names a missing one. */
import * as z from 'zod/mini';
import type { Check } from '../check/check.ts';
import { list } from '../text/nearest.ts';
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
 * What a message or an address needs.
 * `effects`: `run:<effect>` of every check that it names. `stop`: the same, or `admin`.
 * `evidence`: any `run:` right, or `admin`: for pinning, saving and presenting.
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
  save: 'evidence',
  present: 'evidence',
} as const satisfies Record<Up['type'], Ask>;

const ofEffect = { read: 'run:read', send: 'run:send', capture: 'run:capture' } as const satisfies Record<
  Effect,
  Right
>;
const runRights = Object.values(ofEffect);

/** The missing rights as words, undefined when none is missing. `effects`: those of the named checks that exist. */
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
      // Unknown checks get the same refusal, so a reader without rights cannot probe which checks exist.
      if (effects.length === 0) return canRun ? undefined : 'run:read, run:send or run:capture';
      const wanted = new Set<Right>(effects.map((effect) => ofEffect[effect]));
      const missing = runRights.filter((right) => wanted.has(right) && !rights.has(right));
      return missing.length === 0 ? undefined : list(missing);
    }
    default:
      return never(ask);
  }
}

const whoHelps = 'Ask the operator of this server.';

/** The refusal of the server, and of the page that does not even send the request. */
export const refusalOf = (missing: string): string =>
  `You need the ${permissions(missing)} to do this. ${whoHelps}`;

/** The same about some of several checks, by their titles. */
export function partRefusalOf(titles: readonly string[], missing: string): string {
  const shown = titles.length > MOST_NAMED ? titles.slice(0, MOST_NAMED - 1) : titles;
  const rest = titles.length > shown.length ? [`${titles.length - shown.length} others`] : [];
  const names = [...shown.map((title) => `“${title}”`), ...rest];
  return `Not included: ${list(names)}. You need the ${permissions(missing)} for that. ${whoHelps}`;
}
const MOST_NAMED = 4;

/** For an action that goes ahead, but runs no check. */
export const nothingRunSentence = (missing: string): string =>
  `No check will run: you need the ${permissions(missing)} for that. ${whoHelps}`;

const permissions = (missing: string): string =>
  `${missing.includes(' and ') ? 'permissions' : 'permission'} ${missing}`;

/** Who reads and what they may do now, for their page. The server checks again at each message. */
export const viewerSchema = z.object({
  who: z.discriminatedUnion('via', [
    /** A person at the machine of the server, without sign-in. */
    z.object({ via: z.literal('local') }),
    /** Only a `session` has a sign-out. */
    z.object({ via: z.enum(['token', 'session', 'proxy']), name: z.string() }),
  ]),
  rights: z.array(rightSchema),
});
export type Viewer = z.infer<typeof viewerSchema>;
