/** What a page may say: each message is looked at with the rights of that moment, and what comes of it is written into the audit log. */
import type { Down, Summary } from '../../src/core/protocol/down.ts';
import type { Up } from '../../src/core/protocol/up.ts';
import { never } from '../../src/core/vocabulary.ts';
import type { LoadedWriteup } from '../content/load.ts';
import type { Audit } from '../audit/audit.ts';
import type { AuditAction } from '../audit/auditLine.ts';
import { type Principal, systemPrincipal } from '../identity/principal.ts';
import type { Buckets } from '../identity/rateLimits.ts';
import { type Effect, missingRights, messageAsks, refusalOf } from '../../src/core/protocol/rights.ts';

export type Grants = {
  page(principal: Principal, send: (message: Down) => void): PageRights;
  /** Notes a run that has ended, with who began it. */
  ended(summary: Summary): void;
};

export type PageRights = {
  /** Whether the page may say this. If not, it has been answered. */
  lets(message: Up, watched: LoadedWriteup | undefined): boolean;
  /** Why so many runs are not begun now; nothing when they may be. */
  busy(runs: number): string | undefined;
  /** Sends, and notes what the answer means. */
  send(message: Down): void;
};

export type PermitsOptions = {
  readonly audit: Audit;
  readonly writeups: ReadonlyMap<string, LoadedWriteup>;
  /** The runs that have not ended. */
  readonly active: () => readonly Summary[];
  /** Runs that one person may begin. */
  readonly starts: Buckets;
};

/** Runs of everybody together that may wait for a machine. */
export const maxQueued = 200;
/** So many runs at once, and two a second over time, for each person. */
export const startsPerPerson = { burst: 120, perSecond: 2 } as const;

const notedAs = {
  run: 'run',
  cancel: 'cancel',
  condition: 'condition',
  release: 'condition',
  ask: 'condition',
  freeze: 'freeze',
} as const satisfies Partial<Record<Up['type'], AuditAction>>;
const maxKeys = 256;

export function createPermits({ audit, writeups, active, starts }: PermitsOptions): Grants {
  const effectsOf = (message: Up, watched: LoadedWriteup | undefined): readonly Effect[] => {
    if (message.type === 'run')
      return message.checks.flatMap((id) => watched?.checks.get(id)?.check.effect ?? []);
    if (message.type !== 'cancel') return [];
    const own = active().find(({ run }) => run === message.run)?.check ?? '';
    return [...writeups.values()].flatMap(({ checks }) => checks.get(own)?.check.effect ?? []);
  };

  // Who began the runs that have not ended.
  const starters = new Map<string, Pick<Principal, 'id' | 'name'>>();

  return {
    ended(summary) {
      if (summary.state !== 'ended') return;
      const { id = '', name = summary.by } = starters.get(summary.run) ?? {};
      starters.delete(summary.run);
      audit.write({
        ...{ principal: { ...systemPrincipal, id, name }, action: 'run-ended' },
        ...{ target: `${summary.check} ${summary.run}`, outcome: outcomeOf(summary) },
      });
    },
    page(principal, send) {
      // Messages that wait for their answer, and those that had it: the same click again is no second act.
      const asked = new Map<string, Up>();
      const settled = new Set<string>();
      const note = (message: Up, target: string, outcome: string) => {
        const action = message.type in notedAs ? notedAs[message.type as keyof typeof notedAs] : undefined;
        if (action !== undefined) audit.write({ principal, action, target, outcome });
      };
      const refused = (action: AuditAction, message: Up, outcome: string) =>
        audit.write({ principal, action, target: `${message.type} ${targetOf(message)}`.trim(), outcome });
      const answered = (key: string): Up | undefined => {
        const message = asked.get(key);
        asked.delete(key);
        if (message === undefined) return undefined;
        settled.add(key);
        for (const oldest of [...settled].slice(0, Math.max(0, settled.size - maxKeys)))
          settled.delete(oldest);
        return message;
      };

      return {
        lets(message, watched) {
          principal.touch();
          const ask = messageAsks[message.type];
          const missing = missingRights(ask, effectsOf(message, watched), principal.rights());
          const refusal =
            missing === undefined ? (ask === 'view' ? undefined : audit.fault()) : refusalOf(missing);
          if (refusal === undefined) {
            if (message.type === 'cancel') note(message, message.run, 'asked');
            else if ('key' in message && !settled.has(message.key)) asked.set(message.key, message);
            for (const oldest of [...asked.keys()].slice(0, Math.max(0, asked.size - maxKeys)))
              asked.delete(oldest);
            return true;
          }
          if (missing !== undefined) refused('refused-right', message, `needs ${missing}`);
          // A run is known, or not, to those who may read only.
          if (message.type === 'follow')
            send({ type: 'unknown-run', run: message.run, message: 'This run is not known here.' });
          else
            send({
              type: 'refused',
              key: 'key' in message ? message.key : targetOf(message),
              message: refusal,
            });
          return false;
        },
        busy(runs) {
          const waiting = active().filter(({ state }) => state === 'queued').length;
          if (waiting + runs > maxQueued)
            return `Busy: ${waiting} runs wait for a machine already, of ${maxQueued} that may. Try again when some of them have ended.`;
          return principal.via !== 'local' && !starts.take(principal.id, runs)
            ? 'Busy: you began very many runs just now. Try again in a minute.'
            : undefined;
        },
        send(message) {
          if (message.type === 'accepted') {
            const own = answered(message.key);
            const going = new Set(active().map(({ run }) => run));
            for (const { check, run, joined } of own ? message.runs : []) {
              // The same click over another connection is answered again, also when its run has ended.
              if (!joined && going.has(run)) starters.set(run, principal);
              if (own) note(own, `${check} ${run}`, joined ? 'joined' : 'started');
            }
          } else if (message.type === 'done' || message.type === 'frozen' || message.type === 'refused') {
            const own = answered(message.key);
            if (own && message.type === 'refused') refused('refused-command', own, message.message);
            else if (own)
              note(
                own,
                message.type === 'frozen' ? `${targetOf(own)} as ${message.set.set}` : targetOf(own),
                'done',
              );
          }
          send(message);
        },
      };
    },
  };
}

function outcomeOf({ how, judgement: { verdict, problem } }: Extract<Summary, { state: 'ended' }>): string {
  if (how !== 'finished') return how;
  return problem ? `${verdict}: ${problem.kind}` : verdict;
}

const maxDamaged = 10_000;

/** One line for each kept run that is found damaged, however often it is looked at. */
export function noteDamage(audit: Audit): (run: string, check: string, why: string) => void {
  const known = new Set<string>();
  return (run, check, why) => {
    if (known.has(run) || known.size >= maxDamaged) return;
    known.add(run);
    audit.write({
      principal: systemPrincipal,
      action: 'damaged',
      target: `${check} ${run}`.trim(),
      outcome: why,
    });
  };
}

function targetOf(message: Up): string {
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
    case 'freeze':
      return `“${message.title}”, ${message.runs.length} runs`;
    case 'watch':
      return message.writeup;
    case 'present':
      return message.at?.slide ?? 'ends';
    default:
      return never(message);
  }
}
