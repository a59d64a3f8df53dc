import { describe, expect, it } from 'vitest';
import { effectSchemaOptions, messageTypes } from './rights-testing.ts';
import {
  allRights,
  type Effect,
  missingRights,
  messageAsks,
  noRights,
  partRefusalOf,
  refusalOf,
  type Right,
  rightNames,
  withView,
} from './rights.ts';
import { rightWords } from './rightWords.ts';

/** Roles as an operator would make them. */
const roles = {
  anonymous: noRights,
  viewer: withView(['view']),
  reader: withView(['run:read']),
  sender: withView(['run:read', 'run:send']),
  capturer: withView(['run:read', 'run:send', 'run:capture']),
  labHand: withView(['condition']),
  admin: withView(['admin']),
  all: allRights,
} as const;
type Role = keyof typeof roles;

/** Who may say what, written out by hand: `r`, `s`, `c` are runs of checks that read, send or capture. */
const matrix: Readonly<Record<string, readonly Role[]>> = {
  watch: ['viewer', 'reader', 'sender', 'capturer', 'labHand', 'admin', 'all'],
  follow: ['viewer', 'reader', 'sender', 'capturer', 'labHand', 'admin', 'all'],
  unfollow: ['viewer', 'reader', 'sender', 'capturer', 'labHand', 'admin', 'all'],
  'run read': ['reader', 'sender', 'capturer', 'all'],
  'run send': ['sender', 'capturer', 'all'],
  'run capture': ['capturer', 'all'],
  'cancel read': ['reader', 'sender', 'capturer', 'admin', 'all'],
  'cancel send': ['sender', 'capturer', 'admin', 'all'],
  'cancel capture': ['capturer', 'admin', 'all'],
  condition: ['labHand', 'all'],
  release: ['labHand', 'all'],
  ask: ['labHand', 'all'],
  save: ['reader', 'sender', 'capturer', 'admin', 'all'],
  present: ['reader', 'sender', 'capturer', 'admin', 'all'],
};
const cases = messageTypes.flatMap((type) =>
  (type === 'run' || type === 'cancel' ? effectSchemaOptions : [undefined]).flatMap((effect) =>
    (Object.keys(roles) as Role[]).map((role) => ({
      type,
      effect,
      role,
      may: matrix[effect === undefined ? type : `${type} ${effect}`]?.includes(role),
    })),
  ),
);

describe('the table of rights', () => {
  it('[A1] has a row for every message of the protocol, and none besides', () => {
    expect(Object.keys(messageAsks).sort()).toEqual([...messageTypes].sort());
    expect(cases.filter(({ may }) => may === undefined)).toEqual([]);
    expect(new Set(Object.keys(matrix).map((row) => row.split(' ')[0]))).toEqual(new Set(messageTypes));
  });
  it.each(cases)('[A1] $role, $type $effect: $may', ({ type, effect, role, may }) => {
    const effects: readonly Effect[] = effect === undefined ? [] : [effect];
    expect(missingRights(messageAsks[type], effects, roles[role]) === undefined).toBe(may);
  });
  it('[A1] asks for the right of every check that a message names', () => {
    expect(missingRights('effects', ['read', 'capture', 'send'], roles.reader)).toBe(
      'run:send and run:capture',
    );
    expect(missingRights('effects', ['read', 'read'], roles.reader)).toBeUndefined();
  });
  it('[A3] says of a check that nobody knows only that running needs a right', () => {
    expect(missingRights('effects', [], roles.viewer)).toBe('run:read, run:send or run:capture');
    expect(missingRights('effects', [], roles.reader)).toBeUndefined();
  });
  it('[A2] gives the right to read with every other right, and nothing with none', () => {
    for (const right of rightNames) expect([...withView([right as Right])]).toContain('view');
    expect(withView([]).size).toBe(0);
  });
});

describe('the sentence of a refusal', () => {
  it('[A3] names the right and who can help', () => {
    expect(refusalOf('run:read')).toBe(
      'You need the permission run:read to do this. Ask the operator of this server.',
    );
  });
  it('[A4] names the checks that are left out', () => {
    expect(partRefusalOf(['A', 'B', 'C'], 'run:capture')).toBe(
      'Not included: “A”, “B” and “C”. You need the permission run:capture for that. Ask the operator of this server.',
    );
    expect(partRefusalOf(['A', 'B', 'C', 'D', 'E'], 'run:send')).toContain('“A”, “B”, “C” and 2 others.');
  });
});

describe('rights in words', () => {
  it('[A5] every right lets somebody do something, and a right more never takes a word away', () => {
    for (const right of rightNames) expect(rightWords(new Set([right])).length).toBeGreaterThan(0);
    for (const few of Object.values(roles)) {
      const more = new Set([...few, 'condition' as const]);
      expect(rightWords(more)).toEqual(expect.arrayContaining([...rightWords(few)]));
    }
    expect(rightWords(noRights)).toEqual([]);
  });
  it('[A5] says that a viewer reads, and no more', () => {
    expect(rightWords(roles.viewer)).toEqual(['read everything, follow runs and replay records']);
    expect(rightWords(roles.reader).at(-1)).toBe('pin records, save reports and present');
  });
});
