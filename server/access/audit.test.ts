import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { auditDefaults, auditFile, type AuditLimits, openAudit } from './audit.ts';
import { type AuditEvent, auditLine, maxValueChars } from './auditLine.ts';
import { nobody } from './caller.ts';
import { newToken, randomSecret } from './token.ts';

const stranger = nobody('192.0.2.7');
const known = { ...stranger, name: 'ada', via: 'session' as const };
const event = (caller: AuditEvent['caller'], target: string, outcome = 'x'): AuditEvent => ({
  ...{ caller, action: 'refused-host', target, outcome },
});
const line = (target: string) => auditLine('2026-11-24T00:00:00.000Z', event(known, target));

/** T34: what forges, hides or colours lines elsewhere. */
const hostile = [
  '\r\n{"fake":1}',
  'a\nb',
  '\u001b[2J\u001b]0;title\u0007',
  '\u009b2J',
  'one\u2028two\u2029three\u0085four',
  '\u202egnitirw\u202c',
  '\u2066x\u2069\u200b\u200d\ufeff\u00ad',
  '"},{"who":"root',
  '\\u000a\\',
  '\u0000\u0008\u007f',
  '\ud800',
  '\u{e0041}\u{e007f}',
  '\u{1f468}\u200d\u{1f469}',
];

describe('a line of the audit log', () => {
  it.each(hostile)('is one line that parses, harmless to print, whatever it holds: %j', (text) => {
    for (const made of [
      line(text),
      auditLine('t', {
        caller: { name: text, via: 'token', peer: text },
        action: 'login',
        target: text,
        outcome: text,
      }),
    ]) {
      expect(made.endsWith('\n')).toBe(true);
      expect(made.slice(0, -1)).not.toMatch(/[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u);
      const read = JSON.parse(made);
      expect(Object.keys(read)).toEqual(['time', 'who', 'via', 'peer', 'action', 'target', 'outcome']);
      expect(read.target).toBe(text.toWellFormed() === text ? text : read.target);
    }
  });
  it('holds letters of all languages as they are', () => {
    expect(line('José, 张伟')).toContain('José, 张伟');
  });
  it('cuts a long value, and says how much is missing', () => {
    const { target } = JSON.parse(line('y'.repeat(1000)));
    expect(target).toBe(`${'y'.repeat(maxValueChars)}… (${1000 - maxValueChars} more)`);
    expect(line('z'.repeat(5_000_000)).length).toBeLessThan(1000);
  });
  it('never holds a token or the id of a session, also not at the place where it is cut', () => {
    for (const secret of [newToken(), randomSecret()])
      for (const pad of [0, 1, maxValueChars - 20, maxValueChars - 1]) {
        const made = line(`${' '.repeat(pad)}${secret} rest`);
        expect(made).not.toContain(secret.slice(8, 30));
      }
  });
});

describe('the audit log', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'vantage-audit-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));
  let now = Date.parse('2026-11-24T00:00:00Z');
  const faults: unknown[] = [];
  const open = (limits: Partial<AuditLimits> = {}) =>
    openAudit(directory, {
      ...auditDefaults,
      ...limits,
      date: () => new Date(now),
      log: (error) => void faults.push(error),
    });
  const lines = (file = auditFile) =>
    readFileSync(join(directory, file), 'utf8')
      .trim()
      .split('\n')
      .map((one) => JSON.parse(one));

  it('belongs to its owner alone, and goes on where it was', () => {
    const first = open();
    first.write(event(known, 'one'));
    first.close();
    const second = open();
    second.write(event(known, 'two'));
    second.close();
    expect(lines().map(({ target }) => target)).toEqual(['one', 'two']);
    expect(statSync(join(directory, auditFile)).mode & 0o777).toBe(0o600);
  });
  it('is bounded: old files go, no line is torn, and nothing is lost in between', () => {
    const audit = open({ maxBytes: 2000, keep: 3 });
    for (let n = 0; n < 200; n += 1) audit.write(event(known, `line ${n}`));
    audit.close();
    const files = readdirSync(directory);
    expect(files.sort()).toEqual(['audit.log', 'audit.log.1', 'audit.log.2', 'audit.log.3']);
    const kept = ['audit.log.3', 'audit.log.2', 'audit.log.1', 'audit.log'].flatMap((file) => lines(file));
    for (const file of files) {
      expect(statSync(join(directory, file)).size).toBeLessThanOrEqual(2000);
      expect(statSync(join(directory, file)).mode & 0o777).toBe(0o600);
    }
    expect(kept.map(({ target }) => target)).toEqual(
      Array.from({ length: kept.length }, (_, n) => `line ${200 - kept.length + n}`),
    );
  });
  it('counts strangers beyond a limit instead of writing them down, and never leaves out anybody known', () => {
    const audit = open({ perMinute: 5 });
    for (let n = 0; n < 50; n += 1) audit.write(event(stranger, `try ${n}`));
    for (let n = 0; n < 50; n += 1) audit.write(event(known, `act ${n}`));
    now += 61_000;
    audit.write(event(stranger, 'later'));
    audit.close();
    const written = lines();
    expect(written.filter(({ via }) => via === 'session').length).toBe(50);
    expect(written.filter(({ target }) => target.startsWith('try')).length).toBe(5);
    expect(written.filter(({ action }) => action === 'suppressed')).toMatchObject([
      { peer: '192.0.2.7', outcome: '45 more lines within a minute' },
    ]);
    expect(written.at(-1).target).toBe('later');
  });
  it('refuses a link in its place', () => {
    writeFileSync(join(directory, 'elsewhere'), '');
    symlinkSync(join(directory, 'elsewhere'), join(directory, auditFile));
    expect(() => open()).toThrow(/ELOOP/);
  });
  it('says so when it cannot be written any more, once in the server log', () => {
    const audit = open({ maxBytes: 200 });
    audit.write(event(known, 'one'));
    expect(audit.fault()).toBeUndefined();
    rmSync(directory, { recursive: true });
    audit.write(event(known, 'two'));
    audit.write(event(known, 'three'));
    expect(audit.fault()).toContain('nothing is started or changed');
    expect(faults.length).toBe(1);
  });
});
