/** One event as one line of JSON that nothing a client sends can forge, hide or colour. Pure. Writing is left to `audit.ts`. */
import type { Caller } from './caller.ts';

export type AuditAction =
  | 'start'
  | 'auth-file'
  | 'login'
  | 'logout'
  | 'lost'
  | 'refused-host'
  | 'refused-origin'
  | 'refused-upgrade'
  | 'refused-identity'
  | 'refused-right'
  | 'refused-request'
  | 'refused-message'
  | 'refused-limit'
  | 'refused-inventory'
  | 'refused-content'
  | 'run'
  | 'run-ended'
  | 'damaged'
  | 'cancel'
  | 'condition'
  | 'freeze'
  | 'pin'
  | 'suppressed';

export type AuditEvent = {
  readonly caller: Pick<Caller, 'name' | 'via' | 'peer'>;
  readonly action: AuditAction;
  /** What it was about: a path, a check and its run, a condition. */
  readonly target: string;
  readonly outcome: string;
};

/** More of a value is cut, and said to be. */
export const maxValueChars = 240;

export function auditLine(time: string, { caller, action, target, outcome }: AuditEvent): string {
  const { name, via, peer } = caller;
  const values = {
    ...{ time, who: value(name), via, peer: value(peer) },
    ...{ action, target: value(target), outcome: value(outcome) },
  };
  return `${escaped(JSON.stringify(values))}\n`;
}

/** Tokens and session ids of ours have these forms, wherever in a value they turn up. */
const secrets = /vantage_[A-Za-z0-9_-]{20,}|(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])/g;

function value(text: string): string {
  const safe = text.slice(0, 4 * maxValueChars).replace(secrets, '[secret]');
  const left = text.length - maxValueChars;
  return left <= 0 ? safe : `${safe.slice(0, maxValueChars)}… (${left} more)`;
}

/**
 * What JSON leaves as it is and a terminal, a pager or a log shipper does not: control characters of both kinds, marks of direction,
 * invisible characters, line and paragraph separators, lone surrogates. After this a line is a line for everybody.
 */
const escaped = (json: string): string =>
  json.replace(/[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu, (character) =>
    Array.from(
      { length: character.length },
      (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
