/** One event as one line of JSON that nothing a client sends can forge, hide or colour. Pure. Writing is left to `audit.ts`. */
import { type Principal, systemPrincipal } from '../identity/principal.ts';

/** What happened, and what was refused: each has a file of its own. */
export type AuditPart = 'happened' | 'refused';

const parts = {
  start: 'happened',
  'auth-file': 'happened',
  login: 'happened',
  logout: 'happened',
  lost: 'happened',
  'refused-host': 'refused',
  'refused-origin': 'refused',
  'refused-upgrade': 'refused',
  'refused-identity': 'refused',
  'refused-right': 'refused',
  'refused-request': 'refused',
  'refused-message': 'refused',
  'refused-command': 'refused',
  'refused-limit': 'refused',
  'refused-inventory': 'refused',
  'refused-content': 'refused',
  run: 'happened',
  'run-ended': 'happened',
  damaged: 'happened',
  cancel: 'happened',
  condition: 'happened',
  freeze: 'happened',
  pin: 'happened',
  // Of lines that were counted: each is written where those would have been.
  suppressed: 'refused',
} as const satisfies Record<string, AuditPart>;

export type AuditAction = keyof typeof parts;

/** Whatever is about a stranger was refused: nobody is in before we know who it is. */
export const partOf = ({ principal, action }: AuditEvent): AuditPart =>
  principal.via === 'none' ? 'refused' : parts[action];

export type AuditEvent = {
  readonly principal: Pick<Principal, 'id' | 'name' | 'via' | 'peer'>;
  readonly action: AuditAction;
  /** What it was about: a path, a check and its run, a condition. */
  readonly target: string;
  readonly outcome: string;
};

/** An operator's file that was refused: its first fault, and how many there are. `faults` begin with file and line. */
export function refusedFilesEvent(
  action: 'refused-inventory' | 'refused-content',
  target: string,
  faults: readonly string[],
): AuditEvent {
  const [first = '', ...more] = faults;
  const outcome = more.length === 0 ? first : `${more.length + 1} faults, the first: ${first}`;
  return { principal: systemPrincipal, action, target, outcome };
}

/** More of a value, as it is written, is cut, and said to be. */
export const maxValueBytes = 240;
/** More than any id has as it is written: issuers and subjects are bounded where they come in. */
const maxIdBytes = 1024;
/** So no line is longer than this. */
export const maxLineBytes = 3072;

export function auditLine(time: string, { principal, action, target, outcome }: AuditEvent): string {
  const { id, name, via, peer } = principal;
  const values = {
    // Whole: two ids that differ at their end stay two, and the subjects of some providers look like ids of sessions.
    ...{ time, who: value(name), id: cut(id, maxIdBytes), via, peer: value(peer) },
    ...{ action, target: value(target), outcome: value(outcome) },
  };
  return `${escaped(JSON.stringify(values))}\n`;
}

/** Tokens and session ids of ours have these forms, wherever in a value they turn up. */
const secrets = /vantage_[A-Za-z0-9_-]{20,}|(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])/g;

const value = (text: string): string => {
  const read = text.slice(0, 4 * maxValueBytes).replace(secrets, '[secret]');
  return cut(read, maxValueBytes, text.length - 4 * maxValueBytes);
};

/** The beginning that is short enough when it is escaped, for a character may become twelve; `unread` characters come after the text. */
function cut(text: string, maxBytes: number, unread = 0): string {
  let end = 0;
  let bytes = 0;
  for (const character of text) {
    bytes += Buffer.byteLength(escaped(JSON.stringify(character))) - 2;
    if (bytes > maxBytes) break;
    end += character.length;
  }
  const left = text.length - end + Math.max(0, unread);
  return left === 0 ? text : `${text.slice(0, end)}… (${left} more)`;
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
