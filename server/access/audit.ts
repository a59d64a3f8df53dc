/** The audit log: who did or tried what, as JSON lines in the data folder. How a line looks is left to `auditLine.ts`. */
import { closeSync, constants, fstatSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../store/folder.ts';
import { type AuditEvent, auditLine } from './auditLine.ts';
import { ourselves } from './caller.ts';

export type Audit = {
  write(event: AuditEvent): void;
  /** A sentence while lines cannot be written: then nothing is started or changed. */
  fault(): string | undefined;
  close(): void;
};

export type AuditOptions = {
  readonly date: () => Date;
  readonly log: (error: unknown) => void;
  readonly maxBytes: number;
  /** Files of the past beside the present one. */
  readonly keep: number;
  /** Lines a minute about strangers from one address; more are counted, so that nobody without an account can push the past out of the log. */
  readonly perMinute: number;
};

export type AuditLimits = Pick<AuditOptions, 'maxBytes' | 'keep' | 'perMinute'>;
export const auditDefaults: AuditLimits = { maxBytes: 8 * 1024 * 1024, keep: 9, perMinute: 120 };
export const auditFile = 'audit.log';
const minuteMs = 60_000;
const maxPeers = 1000;

/** Opens the log in the folder, which must be ours. Throws when it cannot be written. */
export function openAudit(directory: string, options: AuditOptions): Audit {
  const { date, log, maxBytes, keep, perMinute } = options;
  const file = join(directory, auditFile);
  makeFolder(directory);
  let fd = open(file);
  let size = fstatSync(fd).size;
  let fault: string | undefined;
  const strangers = new Map<string, { from: number; lines: number }>();

  const put = (event: AuditEvent) => {
    const line = Buffer.from(auditLine(date().toISOString(), event));
    try {
      if (size > 0 && size + line.length > maxBytes) rotate();
      writeSync(fd, line);
      size += line.length;
      fault = undefined;
    } catch (error) {
      if (fault === undefined) log(error);
      fault =
        'The audit log cannot be written, so nothing is started or changed. The operator finds the cause in the server log.';
    }
  };
  const rotate = () => {
    closeSync(fd);
    rmSync(`${file}.${keep}`, { force: true });
    for (let nth = keep - 1; nth >= 0; nth -= 1) {
      try {
        renameSync(nth === 0 ? file : `${file}.${nth}`, `${file}.${nth + 1}`);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
    }
    fd = open(file);
    size = 0;
  };
  /** What was left out about the strangers of minutes that are over. */
  const settle = (now: number) => {
    for (const [peer, { from, lines }] of strangers) {
      if (now - from < minuteMs) continue;
      strangers.delete(peer);
      if (lines > perMinute)
        put({
          caller: { ...ourselves, peer },
          action: 'suppressed',
          target: 'strangers',
          outcome: `${lines - perMinute} more lines within a minute`,
        });
    }
  };

  return {
    write(event) {
      const now = date().getTime();
      settle(now);
      if (event.caller.via === 'none') {
        // Beyond so many addresses at a time, strangers are counted together.
        const known = strangers.has(event.caller.peer) || strangers.size < maxPeers;
        const peer = known ? event.caller.peer : 'others';
        const seen = strangers.get(peer) ?? { from: now, lines: 0 };
        strangers.set(peer, seen);
        seen.lines += 1;
        if (seen.lines > perMinute) return;
      }
      put(event);
    },
    fault: () => fault,
    close() {
      settle(Number.POSITIVE_INFINITY);
      closeSync(fd);
    },
  };
}

/** For a server without a past: tests of other rooms. */
export const noAudit: Audit = { write() {}, fault: () => undefined, close() {} };

const { O_APPEND, O_CREAT, O_WRONLY, O_NOFOLLOW } = constants;
/** A link in its place is refused: the log goes nowhere but into the folder. */
const open = (file: string): number => openSync(file, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
