import { describe, expect, it } from 'vitest';
import { effectSchemaOptions, messageTypes } from './testing-table.ts';
import {
  allRights,
  type Effect,
  lacking,
  messageAsks,
  noRights,
  type Right,
  rightNames,
  withView,
} from './rights.ts';

/** Roles as an operator would make them. */
const roles = {
  nobody: noRights,
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
  freeze: ['reader', 'sender', 'capturer', 'admin', 'all'],
  pin: ['reader', 'sender', 'capturer', 'admin', 'all'],
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
  it('has a row for every message of the protocol, and none besides', () => {
    expect(Object.keys(messageAsks).sort()).toEqual([...messageTypes].sort());
    expect(cases.filter(({ may }) => may === undefined)).toEqual([]);
    expect(new Set(Object.keys(matrix).map((row) => row.split(' ')[0]))).toEqual(new Set(messageTypes));
  });
  it.each(cases)('$role, $type $effect: $may', ({ type, effect, role, may }) => {
    const effects: readonly Effect[] = effect === undefined ? [] : [effect];
    expect(lacking(messageAsks[type], effects, roles[role]) === undefined).toBe(may);
  });
  it('asks for the right of every check that a message names', () => {
    expect(lacking('effects', ['read', 'capture', 'send'], roles.reader)).toBe('run:capture and run:send');
    expect(lacking('effects', ['read', 'read'], roles.reader)).toBeUndefined();
  });
  it('says of a check that nobody knows only that running needs a right', () => {
    expect(lacking('effects', [], roles.viewer)).toBe('run:read, run:send or run:capture');
    expect(lacking('effects', [], roles.reader)).toBeUndefined();
  });
  it('gives the right to read with every other right, and nothing with none', () => {
    for (const right of rightNames) expect([...withView([right as Right])]).toContain('view');
    expect(withView([]).size).toBe(0);
  });
});
