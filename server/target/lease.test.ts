import { describe, expect, it } from 'vitest';
import {
  requestLease,
  expireLease,
  free,
  graceMs,
  type Lease,
  leaseMs,
  shortenLease,
  releaseLease,
  acquireLease,
} from './lease.ts';

const held = (lease: ReturnType<typeof acquireLease>): Lease => (lease.ok ? lease.lease : free);
const ada = held(acquireLease(free, 'ada', 0));

describe('a lease on the lab', () => {
  it('is taken when free, renewed by its holder, and refused to others with who has it and until when', () => {
    expect(ada).toEqual({ at: 'held', holder: 'ada', until: leaseMs });
    expect(acquireLease(ada, 'ada', 1000)).toEqual({
      ok: true,
      lease: { at: 'held', holder: 'ada', until: leaseMs + 1000 },
    });
    expect(acquireLease(ada, 'bob', 1000)).toEqual({ ok: false, holder: 'ada', until: leaseMs });
  });
  it('that has run out may be taken by anybody', () => {
    expect(acquireLease(ada, 'bob', leaseMs)).toMatchObject({ ok: true, lease: { holder: 'bob' } });
    expect(expireLease(ada, leaseMs - 1)).toBe(ada);
    expect(expireLease(ada, leaseMs)).toEqual(free);
  });
  it('goes to the first who asked when it ends, for a moment', () => {
    const asked = requestLease(requestLease(ada, 'bob'), 'eve');
    expect(asked).toMatchObject({ holder: 'ada', asked: 'bob' });
    expect(releaseLease(asked, 'ada', 5)).toEqual({ at: 'held', holder: 'bob', until: 5 + graceMs });
    expect(expireLease(asked, leaseMs)).toEqual({ at: 'held', holder: 'bob', until: leaseMs + graceMs });
    expect(expireLease(releaseLease(asked, 'ada', 5), 5 + graceMs)).toEqual(free);
  });
  it('is ended by nobody but its holder', () => {
    expect(releaseLease(ada, 'bob', 5)).toBe(ada);
    expect(releaseLease(ada, 'ada', 5)).toEqual(free);
  });
  it('of a holder who vanished ends soon, and a reload keeps it', () => {
    const gone = shortenLease(ada, 'ada', 1000);
    expect(gone).toMatchObject({ until: 1000 + graceMs });
    expect(acquireLease(gone, 'ada', 2000)).toMatchObject({ ok: true, lease: { until: 2000 + leaseMs } });
    expect(shortenLease(requestLease(ada, 'bob'), 'bob', 5)).toEqual(ada);
    expect(shortenLease(ada, 'eve', 5)).toBe(ada);
  });
  it('is not asked for by its holder, nor when it is free', () => {
    expect(requestLease(ada, 'ada')).toBe(ada);
    expect(requestLease(free, 'bob')).toBe(free);
  });
});
