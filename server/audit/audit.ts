/** The audit log: who did or tried what, as JSON lines in the data folder. */
import { join } from 'node:path';
import { makeFolder } from '../files/dataFolder.ts';
import { type AuditEvent, type AuditPart, auditLine, partOf } from './auditLine.ts';
import { systemPrincipal } from '../identity/principal.ts';
import { createLineCounts, lineLimits, type LineLimits } from './lineCounts.ts';
import { openRotatingFile, type RotatingFile, type RotationLimits } from './rotatingFile.ts';

export type Audit = ReturnType<typeof openAudit>;

export type AuditOptions = AuditLimits & {
  readonly server: string;
  readonly date: () => Date;
  readonly log: (error: unknown) => void;
};

export type AuditLimits = { readonly rotation: RotationLimits; readonly lines: LineLimits };
export const auditDefaults: AuditLimits = {
  rotation: { maxBytes: 8 * 1024 * 1024, keep: 9, maxWaitingLines: 1000 },
  lines: lineLimits,
};
/** Two files, rotated separately: refusals cannot push out events. */
export const auditFiles = { happened: 'audit.log', refused: 'audit-refused.log' } as const satisfies Record<
  AuditPart,
  string
>;
const minuteMs = 60_000;
const faultSentence =
  'The audit log cannot be written, so nothing is started or changed. The operator finds the cause in the server log.';

/** Throws if the log cannot be written. */
export function openAudit(directory: string, { server, date, log, rotation, lines }: AuditOptions) {
  makeFolder(directory);
  const files = openBoth(directory, rotation);
  const counts = createLineCounts(lines);
  let minute = 0;
  let fault: string | undefined;

  const append = (part: AuditPart, event: AuditEvent) =>
    files[part].append(Buffer.from(auditLine(date().toISOString(), server, event)));
  const forBoth = (work: (file: RotatingFile, part: AuditPart) => void) => {
    let failure: unknown;
    for (const part of ['happened', 'refused'] as const)
      try {
        work(files[part], part);
      } catch (error) {
        failure ??= error;
      }
    if (failure !== undefined && fault === undefined) log(failure);
    fault = failure === undefined ? undefined : faultSentence;
  };
  const flush = () =>
    forBoth((file, part) => {
      file.flush();
      const lost = file.drainLostCount();
      if (lost === 0) return;
      const outcome = `${lost} lines, while this file could not be written`;
      append(part, { principal: systemPrincipal, action: 'suppressed', target: part, outcome });
      file.flush();
    });
  const sumUp = () => {
    for (const { part, event } of counts.summarize()) append(part, event);
  };

  return {
    write(event: AuditEvent) {
      const now = Math.floor(date().getTime() / minuteMs);
      if (now !== minute) sumUp();
      minute = now;
      const part = partOf(event);
      if (!counts.count(part, event)) return;
      append(part, event);
      flush();
    },
    /** Why nothing can be started or changed: lines cannot be written. Tries the disk again at each call. */
    fault(): string | undefined {
      flush();
      return fault;
    },
    close() {
      sumUp();
      // Lines that still cannot be written are lost: this is logged, even if the fault was before.
      fault = undefined;
      forBoth((file) => file.close());
    },
  };
}

function openBoth(directory: string, rotation: RotationLimits): Readonly<Record<AuditPart, RotatingFile>> {
  const open = (part: AuditPart) => openRotatingFile(join(directory, auditFiles[part]), rotation);
  const happened = open('happened');
  try {
    return { happened, refused: open('refused') };
  } catch (error) {
    happened.close();
    throw error;
  }
}

export const noAudit: Audit = { write() {}, fault: () => undefined, close() {} };
