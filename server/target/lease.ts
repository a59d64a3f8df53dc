/** Who may change the lab's condition, and until when. Pure; times are milliseconds of a monotonic clock. */

/** `asked` is the reader who gets it next. */
export type Lease =
  | { readonly at: 'free' }
  | { readonly at: 'held'; readonly holder: string; readonly until: number; readonly asked?: string };

export const free: Lease = { at: 'free' };
export const leaseMs = 10 * 60 * 1000;
/** For the next holder to choose a condition, and for a holder whose page has closed to come back. */
export const graceMs = 60 * 1000;

export type LeaseResult =
  | { readonly ok: true; readonly lease: Lease }
  | { readonly ok: false; readonly holder: string; readonly until: number };

/** Acquires or renews the lease; refused while another reader holds it. */
export function acquireLease(lease: Lease, reader: string, now: number): LeaseResult {
  if (lease.at === 'held' && lease.holder !== reader && lease.until > now)
    return { ok: false, holder: lease.holder, until: lease.until };
  const asked =
    lease.at === 'held' && lease.asked !== undefined && lease.asked !== reader ? { asked: lease.asked } : {};
  return { ok: true, lease: { at: 'held', holder: reader, until: now + leaseMs, ...asked } };
}

/** Requests to have it next; the first request wins. No effect on a free lease, or for its holder. */
export function requestLease(lease: Lease, reader: string): Lease {
  if (lease.at === 'free' || lease.holder === reader || lease.asked !== undefined) return lease;
  return { ...lease, asked: reader };
}

/** Ends the holder's lease. Others cannot end it. */
export function releaseLease(lease: Lease, reader: string, now: number): Lease {
  return lease.at === 'free' || lease.holder !== reader ? lease : next(lease, now);
}

/** The reader's last page has closed: its lease is cut to the grace, so that a reload keeps it; its request is dropped. */
export function shortenLease(lease: Lease, reader: string, now: number): Lease {
  if (lease.at === 'free') return lease;
  if (lease.asked === reader) {
    const { asked: _, ...rest } = lease;
    return rest;
  }
  return lease.holder === reader ? { ...lease, until: Math.min(lease.until, now + graceMs) } : lease;
}

/** The lease at a time: an expired one goes to the next reader, or is free. */
export function expireLease(lease: Lease, now: number): Lease {
  return lease.at === 'held' && lease.until <= now ? next(lease, now) : lease;
}

function next(lease: Extract<Lease, { at: 'held' }>, now: number): Lease {
  return lease.asked === undefined ? free : { at: 'held', holder: lease.asked, until: now + graceMs };
}
