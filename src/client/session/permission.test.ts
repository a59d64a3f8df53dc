import { describe, expect, it } from 'vitest';
import type { Right } from '../../core/protocol/rights.ts';
import { type Askable, permittedChecks, whyNot } from './permission.ts';
import { START, type State } from '../state/state.ts';

const checks: readonly Askable[] = [
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
const help = 'Ask the operator of this server for it.';

describe('what a reader may do', () => {
  it('[A3] says what is missing and who can help', () => {
    expect(whyNot(reader('view'), 'condition')).toBe(`You need the permission condition to do this. ${help}`);
    expect(whyNot(reader('view', 'condition'), 'condition')).toBeUndefined();
  });
  it('[A4] of several checks takes those that may be taken, and names the others', () => {
    expect(permittedChecks(reader('view', 'run:read'), 'effects', checks)).toEqual({
      may: ['route'],
      why: `Not “The call” and “The capture”: that needs the permissions run:send and run:capture. ${help}`,
    });
    expect(permittedChecks(reader('view', 'run:read', 'run:send', 'run:capture'), 'effects', checks)).toEqual(
      {
        may: ['route', 'call', 'dump'],
        why: undefined,
      },
    );
  });
  it('[A4] says it about all of them where none may be taken', () => {
    const { may, why } = permittedChecks(reader('view'), 'effects', checks.slice(0, 2));
    expect(may).toEqual([]);
    expect(why).toBe(`You need the permissions run:read and run:send to do this. ${help}`);
    expect(
      permittedChecks(reader('view'), 'effects', checks.slice(0, 1), (missing) => `none: ${missing}`).why,
    ).toBe('none: run:read');
  });
  it('may be ended by whoever may run it, and by an admin, who may start nothing', () => {
    expect(permittedChecks(reader('view', 'admin'), 'stop', checks).may).toEqual(['route', 'call', 'dump']);
    expect(permittedChecks(reader('view', 'admin'), 'effects', checks).may).toEqual([]);
    expect(permittedChecks(reader('view', 'run:send'), 'stop', checks).may).toEqual(['call']);
  });
  it.each<[string, Partial<State>]>([
    ['before a server has said anything', { viewer: undefined }],
    ['without a server', { link: { state: 'absent' } }],
    ['after the server has ended it', { link: { state: 'ended', message: 'sign in again' } }],
  ])('shuts nothing %s', (_, state) => {
    const own = { ...reader('view'), ...state };
    expect(whyNot(own, 'evidence')).toBeUndefined();
    expect(permittedChecks(own, 'effects', checks)).toMatchObject({
      may: ['route', 'call', 'dump'],
      why: undefined,
    });
  });
  it('stays shut while the connection is away for a moment', () => {
    expect(whyNot({ ...reader('view'), link: { state: 'waiting' } }, 'evidence')).toBeDefined();
  });
  it('lets everybody play a recording, where the server has no machines', () => {
    const own: State = {
      ...reader('view'),
      fleet: { state: 'none', message: 'There are no machines.' },
      shelf: { state: 'ready', recordedAt: '2026-11-22', last: new Map() },
    };
    expect(permittedChecks(own, 'effects', checks).may).toHaveLength(3);
    expect(whyNot(own, 'evidence')).toBeDefined();
  });
});
