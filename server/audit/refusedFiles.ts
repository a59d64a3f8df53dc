/** Files of the operator's that a server does not take, as one line of the audit log: where the first fault is, and how many there are. Pure. */
import type { AuditEvent } from './auditLine.ts';
import { systemPrincipal } from '../identity/principal.ts';

/** `faults` begin with file and line, as the operator is told them. */
export function refusedFiles(
  action: 'refused-inventory' | 'refused-content',
  target: string,
  faults: readonly string[],
): AuditEvent {
  const [first = '', ...more] = faults;
  const outcome = more.length === 0 ? first : `${more.length + 1} faults, the first: ${first}`;
  return { principal: systemPrincipal, action, target, outcome };
}
