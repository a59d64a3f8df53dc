import { describe, expect, it } from 'vitest';
import { ask, expired, free, graceMs, type Lease, leaseMs, left, release, take } from './lease.ts';

const held = (lease: ReturnType<typeof take>): Lease => (lease.ok ? lease.lease : free);
const ada = held(take(free, 'ada', 0));

describe('a lease on the lab', () => {
  it('is taken when free, renewed by its holder, and refused to others with who has it and until when', () => {
    expect(ada).toEqual({ at: 'held', holder: 'ada', until: leaseMs });
    expect(take(ada, 'ada', 1000)).toEqual({
      ok: true,
      lease: { at: 'held', holder: 'ada', until: leaseMs + 1000 },
    });
    expect(take(ada, 'bob', 1000)).toEqual({ ok: false, holder: 'ada', until: leaseMs });
  });
  it('that has run out may be taken by anybody', () => {
    expect(take(ada, 'bob', leaseMs)).toMatchObject({ ok: true, lease: { holder: 'bob' } });
    expect(expired(ada, leaseMs - 1)).toBe(ada);
    expect(expired(ada, leaseMs)).toEqual(free);
  });
  it('goes to the first who asked when it ends, for a moment', () => {
    const asked = ask(ask(ada, 'bob'), 'eve');
    expect(asked).toMatchObject({ holder: 'ada', asked: 'bob' });
    expect(release(asked, 'ada', 5)).toEqual({ at: 'held', holder: 'bob', until: 5 + graceMs });
    expect(expired(asked, leaseMs)).toEqual({ at: 'held', holder: 'bob', until: leaseMs + graceMs });
    expect(expired(release(asked, 'ada', 5), 5 + graceMs)).toEqual(free);
  });
  it('is ended by nobody but its holder', () => {
    expect(release(ada, 'bob', 5)).toBe(ada);
    expect(release(ada, 'ada', 5)).toEqual(free);
  });
  it('of a holder who vanished ends soon, and a reload keeps it', () => {
    const gone = left(ada, 'ada', 1000);
    expect(gone).toMatchObject({ until: 1000 + graceMs });
    expect(take(gone, 'ada', 2000)).toMatchObject({ ok: true, lease: { until: 2000 + leaseMs } });
    expect(left(ask(ada, 'bob'), 'bob', 5)).toEqual(ada);
    expect(left(ada, 'eve', 5)).toBe(ada);
  });
  it('is not asked for by its holder, nor when it is free', () => {
    expect(ask(ada, 'ada')).toBe(ada);
    expect(ask(free, 'bob')).toBe(free);
  });
});
