/** Finds a process of the lab from outside, where it has another pid. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** The number, here, of the process that is `inner` in that pid namespace. Throws when there is none. */
export function holderHere(pidNamespace: string, inner: number): number {
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      if (readlinkSync(`/proc/${entry}/ns/pid`) !== pidNamespace) continue;
      const numbers = /^NSpid:\s+(.+)$/m
        .exec(readFileSync(`/proc/${entry}/status`, 'utf8'))?.[1]
        ?.split(/\s+/);
      if (numbers?.at(-1) === String(inner)) return Number(entry);
    } catch {
      // Ended meanwhile, or not ours to see.
    }
  }
  throw new Error(
    `expected process ${inner} of the lab, found none here; run this as the user who started the lab`,
  );
}
