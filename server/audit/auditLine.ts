/** One event as one line of JSON, which no text from a client can forge, hide or colour. Pure. */
import { type Principal, systemPrincipal } from '../identity/principal.ts';

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
  save: 'happened',
  pin: 'happened',
  // Counted lines; written to the file of those lines.
  suppressed: 'refused',
} as const satisfies Record<string, AuditPart>;

export type AuditAction = keyof typeof parts;

/** Everything about anonymous principals is a refusal. */
export const partOf = ({ principal, action }: AuditEvent): AuditPart =>
  principal.via === 'none' ? 'refused' : parts[action];

export type AuditEvent = {
  readonly principal: Pick<Principal, 'id' | 'name' | 'via' | 'peer'>;
  readonly action: AuditAction;
  /** A path, a check and its run, a condition. */
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

export const maxValueBytes = 240;
/** Longer than any id: issuers and subjects are bounded. */
const maxIdBytes = 1024;
/** Follows from the limits above. */
export const maxLineBytes = 3072;

/** `server`: which of several wrote the line. */
export function auditLine(
  time: string,
  server: string,
  { principal, action, target, outcome }: AuditEvent,
): string {
  const { id, name, via, peer } = principal;
  const values = {
    // Not cut and not masked: ids may differ at their end, and some providers' subjects look like session ids.
    ...{ time, server: value(server), who: value(name), id: cut(id, maxIdBytes), via, peer: value(peer) },
    ...{ action, target: value(target), outcome: value(outcome) },
  };
  return `${escaped(JSON.stringify(values))}\n`;
}

/** Our tokens and session ids, anywhere in a value. */
const secrets = /vantage_[A-Za-z0-9_-]{20,}|(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])/g;

const value = (text: string): string => {
  const read = text.slice(0, 4 * maxValueBytes).replace(secrets, '[secret]');
  return cut(read, maxValueBytes, text.length - 4 * maxValueBytes);
};

/** Cuts by the escaped length: a character may become twelve. `unread` characters follow the text. */
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
 * Escapes what JSON leaves alone but terminals and log shippers interpret: control and invisible characters, direction marks,
 * separators, lone surrogates.
 */
const escaped = (json: string): string =>
  json.replace(/[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu, (character) =>
    Array.from(
      { length: character.length },
      (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
