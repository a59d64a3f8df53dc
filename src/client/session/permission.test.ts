import { describe, expect, it } from 'vitest';
import type { Right } from '../../core/protocol/rights.ts';
import { type CheckWithEffect, permittedChecks, disabledReason } from './permission.ts';
import { START, type State } from '../state/state.ts';

const checks: readonly CheckWithEffect[] = [
  { id: 'route', title: 'The route', effect: 'read' },
  { id: 'call', title: 'The call', effect: 'send' },
  { id: 'dump', title: 'The capture', effect: 'capture' },
];
const fleet = {
  ...{ state: 'ready', name: 'lab', source: 'lab', condition: '' },
  roles: [],
} as const satisfies State['fleet'];
const reader = (...rights: readonly Right[]): State => ({
  ...START,
  link: { state: 'open' },
  fleet: { ...fleet, roles: [] },
  viewer: { who: { via: 'session', name: 'vera' }, rights: [...rights] },
});
const help = 'Ask the operator of this server.';

describe('what a reader may do', () => {
  it('[A3] says what is missing and who can help', () => {
    expect(disabledReason(reader('view'), 'condition')).toBe(
      `You need the permission condition to do this. ${help}`,
    );
    expect(disabledReason(reader('view', 'condition'), 'condition')).toBeUndefined();
  });
  it('[A4] of several checks allows those that the reader may run, and names the others', () => {
    expect(permittedChecks(reader('view', 'run:read'), 'effects', checks)).toEqual({
      allowed: ['route'],
      reason: `Not included: “The call” and “The capture”. You need the permissions run:send and run:capture for that. ${help}`,
    });
    expect(permittedChecks(reader('view', 'run:read', 'run:send', 'run:capture'), 'effects', checks)).toEqual(
      {
        allowed: ['route', 'call', 'dump'],
        reason: undefined,
      },
    );
  });
  it('[A4] says it about all of them where the reader may run none', () => {
    const { allowed, reason } = permittedChecks(reader('view'), 'effects', checks.slice(0, 2));
    expect(allowed).toEqual([]);
    expect(reason).toBe(`You need the permissions run:read and run:send to do this. ${help}`);
    expect(
      permittedChecks(reader('view'), 'effects', checks.slice(0, 1), (missing) => `none: ${missing}`).reason,
    ).toBe('none: run:read');
  });
  it('may be cancelled by a reader who may run it, and by an admin, who may start nothing', () => {
    expect(permittedChecks(reader('view', 'admin'), 'stop', checks).allowed).toEqual([
      'route',
      'call',
      'dump',
    ]);
    expect(permittedChecks(reader('view', 'admin'), 'effects', checks).allowed).toEqual([]);
    expect(permittedChecks(reader('view', 'run:send'), 'stop', checks).allowed).toEqual(['call']);
  });
  it.each<[string, Partial<State>]>([
    ['before a server has said anything', { viewer: undefined }],
    ['without a server', { link: { state: 'absent' } }],
    ['after the server has ended it', { link: { state: 'ended', message: 'sign in again' } }],
  ])('disables nothing %s', (_, state) => {
    const own = { ...reader('view'), ...state };
    expect(disabledReason(own, 'evidence')).toBeUndefined();
    expect(permittedChecks(own, 'effects', checks)).toMatchObject({
      allowed: ['route', 'call', 'dump'],
      reason: undefined,
    });
  });
  it('stays disabled while the connection is lost for a moment', () => {
    expect(disabledReason({ ...reader('view'), link: { state: 'waiting' } }, 'evidence')).toBeDefined();
  });
  it('lets everybody play a recording, where the server has no machines', () => {
    const own: State = {
      ...reader('view'),
      fleet: { state: 'none', message: 'There are no machines.' },
      recordings: {
        ...{ state: 'ready', recordedAt: '2026-11-22', last: new Map() },
        overview: { runs: 0, pictures: {}, differences: {} },
      },
    };
    expect(permittedChecks(own, 'effects', checks).allowed).toHaveLength(3);
    expect(disabledReason(own, 'evidence')).toBeDefined();
  });
});
