/** Decides whether a page may send a message, by the rights that its reader has at that moment. */
import type { Summary } from '../../src/core/protocol/down.ts';
import type { Up } from '../../src/core/protocol/up.ts';
import { never } from '../../src/core/vocabulary.ts';
import type { LoadedWriteup } from '../content/load.ts';
import type { Audit } from '../audit/audit.ts';
import { type Principal, systemPrincipal } from '../identity/principal.ts';
import { createTokenBuckets } from '../identity/rateLimits.ts';
import { type Effect, missingRights, messageAsks, refusalOf } from '../../src/core/protocol/rights.ts';

export type GrantsOptions = {
  readonly audit: Audit;
  readonly writeups: ReadonlyMap<string, LoadedWriteup>;
  readonly active: () => readonly Summary[];
  readonly now: () => number;
};

/** Runs of all people that may wait for a machine. */
export const maxQueued = 200;
export const startsPerPerson = { burst: 120, perSecond: 2 } as const;

export function createGrants({ audit, writeups, active, now }: GrantsOptions) {
  const starts = createTokenBuckets(startsPerPerson.burst, startsPerPerson.perSecond, now);
  const effectsOf = (message: Up, watched: LoadedWriteup | undefined): readonly Effect[] => {
    if (message.type === 'run')
      return message.checks.flatMap((id) => watched?.checks.get(id)?.check.effect ?? []);
    if (message.type !== 'cancel') return [];
    const check = active().find(({ run }) => run === message.run)?.check ?? '';
    return [...writeups.values()].flatMap(({ checks }) => checks.get(check)?.check.effect ?? []);
  };
  return {
    /** Why the page may not send this now, for its reader; undefined if it may. A missing right is audited. */
    refusalOf(principal: Principal, message: Up, watched: LoadedWriteup | undefined): string | undefined {
      const ask = messageAsks[message.type];
      const missing = missingRights(ask, effectsOf(message, watched), principal.rights());
      if (missing === undefined) return ask === 'view' ? undefined : audit.fault();
      const outcome = `needs ${missing}`;
      audit.write({ principal, action: 'refused-right', target: describeRequest(message), outcome });
      return refusalOf(missing);
    },
    /** Why this person cannot start so many runs now; undefined if they can. */
    startLimit(principal: Principal, runs: number): string | undefined {
      const waiting = active().filter(({ state }) => state === 'queued').length;
      if (waiting + runs > maxQueued)
        return `Busy: ${waiting} runs wait for a machine already, of ${maxQueued} that may. Try again when some of them have ended.`;
      return principal.via === 'local' || starts.take(principal.id, runs)
        ? undefined
        : 'Busy: you started very many runs just now. Try again in a minute.';
    },
  };
}

const maxDamaged = 10_000;

/** Audits each damaged run once, however often it is read. */
export function auditDamage(audit: Audit): (run: string, check: string, why: string) => void {
  const known = new Set<string>();
  return (run, check, outcome) => {
    if (known.has(run) || known.size >= maxDamaged) return;
    known.add(run);
    const target = `${check} ${run}`.trim();
    audit.write({ principal: systemPrincipal, action: 'damaged', target, outcome });
  };
}

export const describeRequest = (message: Up): string => `${message.type} ${targetOf(message)}`.trim();

/** What a message is about, in the audit log. */
export function targetOf(message: Up): string {
  switch (message.type) {
    case 'run':
      return message.checks.join(' ');
    case 'cancel':
    case 'follow':
    case 'unfollow':
      return message.run;
    case 'condition':
      return message.remedy === undefined ? message.cause : `${message.cause}+${message.remedy}`;
    case 'release':
    case 'ask':
      return message.type;
    case 'save':
      return `“${message.title}”, ${message.runs.length} runs`;
    case 'watch':
      return message.writeup;
    case 'present':
      return message.at?.slide ?? 'ends';
    default:
      return never(message);
  }
}
