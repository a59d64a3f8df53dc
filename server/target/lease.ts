/** Who may change the lab's condition, and until when. Pure: deciding only; applying conditions is left to `conditions.ts`. */

/** `asked` is the one who gets it next. Times are milliseconds of a monotonic clock. */
export type Lease =
  | { readonly at: 'free' }
  | { readonly at: 'held'; readonly holder: string; readonly until: number; readonly asked?: string };

export const free: Lease = { at: 'free' };
export const leaseMs = 10 * 60 * 1000;
/** Time to choose a condition for whoever had asked, and time to come back for a holder whose page went away. */
export const graceMs = 60 * 1000;

export type LeaseResult =
  | { readonly ok: true; readonly lease: Lease }
  | { readonly ok: false; readonly holder: string; readonly until: number };

/** Takes or renews the lease for `reader`; refused while another holds it. */
export function acquireLease(lease: Lease, reader: string, now: number): LeaseResult {
  if (lease.at === 'held' && lease.holder !== reader && lease.until > now)
    return { ok: false, holder: lease.holder, until: lease.until };
  const asked =
    lease.at === 'held' && lease.asked !== undefined && lease.asked !== reader ? { asked: lease.asked } : {};
  return { ok: true, lease: { at: 'held', holder: reader, until: now + leaseMs, ...asked } };
}

/** Asks to have it next. The first who asks stays first. A reader who holds it, or a free lease, needs no asking. */
export function requestLease(lease: Lease, reader: string): Lease {
  if (lease.at === 'free' || lease.holder === reader || lease.asked !== undefined) return lease;
  return { ...lease, asked: reader };
}

/** The holder is done: the lab goes to whoever asked, for a moment, or is free. Others cannot end a lease. */
export function releaseLease(lease: Lease, reader: string, now: number): Lease {
  if (lease.at === 'free' || lease.holder !== reader) return lease;
  return next(lease, now);
}

/** The holder's page is gone: the lease is cut to the grace, so that a reload keeps it and a vanished reader does not. */
export function shortenLease(lease: Lease, reader: string, now: number): Lease {
  if (lease.at === 'free') return lease;
  if (lease.asked === reader) {
    const { asked: _, ...rest } = lease;
    return rest;
  }
  return lease.holder === reader ? { ...lease, until: Math.min(lease.until, now + graceMs) } : lease;
}

/** What the lease is at a time: one that has run out goes to whoever asked, or is free. */
export function expireLease(lease: Lease, now: number): Lease {
  return lease.at === 'held' && lease.until <= now ? next(lease, now) : lease;
}

function next(lease: Extract<Lease, { at: 'held' }>, now: number): Lease {
  return lease.asked === undefined ? free : { at: 'held', holder: lease.asked, until: now + graceMs };
}
