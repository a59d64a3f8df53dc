import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Audit, auditDefaults, auditFiles, openAudit } from './audit.ts';
import { type AuditEvent, auditLine, maxLineBytes, maxValueBytes } from './auditLine.ts';
import { anonymous, systemPrincipal } from '../identity/principal.ts';
import { lineLimits } from './lineCounts.ts';
import { startsPerPerson } from '../auth/grants.ts';
import { readAudit } from '../auth/testing.ts';
import { newToken, randomSecret } from '../identity/token.ts';

const stranger = anonymous('192.0.2.7');
const known = { ...stranger, id: 'ada', name: 'ada', via: 'session' as const };
const event = (principal: AuditEvent['principal'], target: string, outcome = 'x'): AuditEvent => ({
  ...{ principal, action: 'refused-host', target, outcome },
});
const line = (target: string) => auditLine('2026-11-24T00:00:00.000Z', 'docs-1', event(known, target));

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
      auditLine('t', 'docs-1', {
        principal: { id: text, name: text, via: 'token', peer: text },
        action: 'login',
        target: text,
        outcome: text,
      }),
    ]) {
      expect(made.endsWith('\n')).toBe(true);
      expect(made.slice(0, -1)).not.toMatch(/[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u);
      const read = JSON.parse(made);
      expect(Object.keys(read).join(' ')).toBe('time server who id via peer action target outcome');
      expect(read.server).toBe('docs-1');
      expect(read.target).toBe(text.toWellFormed() === text ? text : read.target);
    }
  });
  it('has ids whole: two that differ at their end stay two, also when one looks like a secret', () => {
    const idIn = (id: string) => JSON.parse(auditLine('t', 'docs-1', event({ ...known, id }, 'x'))).id;
    const issuer = `https://sso.example.org/${'r'.repeat(450)}`;
    for (const subject of ['a'.repeat(255), randomSecret()])
      expect(idIn(`${issuer} ${subject}`)).toBe(`${issuer} ${subject}`);
  });
  it('holds letters of all languages as they are', () => {
    expect(line('José, 张伟')).toContain('José, 张伟');
  });
  it('cuts a long value, and says how much is missing', () => {
    const { target } = JSON.parse(line('y'.repeat(1000)));
    expect(target).toBe(`${'y'.repeat(maxValueBytes)}… (${1000 - maxValueBytes} more)`);
    expect(line('z'.repeat(5_000_000)).length).toBeLessThan(1000);
  });
  it.each([...hostile, '\u0000', '\u{10ffff}', '张', '😀', '"', '\\'])(
    'is at most 3 KiB as it is written, however often %j comes in each value',
    (text) => {
      const long = text.repeat(100_000);
      const made = auditLine('2026-11-24T00:00:00.000Z', 'docs-1', {
        principal: { id: long, name: long, via: 'session', peer: long },
        ...{ action: 'refused-identity', target: long, outcome: long },
      });
      expect(Buffer.byteLength(made)).toBeLessThanOrEqual(maxLineBytes);
      expect(JSON.parse(made).target).toMatch(/… \(\d+ more\)$/);
      expect(long.toWellFormed()).toContain(JSON.parse(made).target.split('… (')[0].toWellFormed());
    },
  );
  it('never holds a token or the id of a session, also not at the place where it is cut', () => {
    for (const secret of [newToken(), randomSecret()])
      for (const pad of [0, 1, maxValueBytes - 20, maxValueBytes - 1]) {
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
  const open = (limits: Partial<typeof auditDefaults.rotation> = {}) =>
    openAudit(directory, {
      ...auditDefaults,
      server: 'docs-1',
      rotation: { ...auditDefaults.rotation, ...limits },
      date: () => new Date(now),
      log(error) {
        throw error;
      },
    });
  const lines = (file: string) =>
    readFileSync(join(directory, file), 'utf8')
      .trim()
      .split('\n')
      .map((one) => JSON.parse(one));
  const act = (
    target: string,
    action: AuditEvent['action'] = 'pin',
    principal: AuditEvent['principal'] = known,
  ) => ({ principal, action, target, outcome: 'done' }) as const;
  /** So many at once, then a minute later, and so on. */
  const often = (audit: Audit, minutes: number, each: number, make: (nth: number) => AuditEvent) => {
    for (let minute = 0; minute < minutes; minute += 1) {
      for (let nth = 0; nth < each; nth += 1) audit.write(make(minute * each + nth));
      now += 60_000;
    }
  };

  it('belongs to its owner alone, and goes on where it was', () => {
    const first = open();
    first.write(act('one'));
    first.close();
    const second = open();
    second.write(act('two'));
    second.close();
    expect(lines('audit.log').map(({ target }) => target)).toEqual(['one', 'two']);
    for (const file of Object.values(auditFiles))
      expect(statSync(join(directory, file)).mode & 0o777).toBe(0o600);
  });
  it('is bounded: old files go, no line is torn, and nothing is lost in between', () => {
    const audit = open({ maxBytes: 2000, keep: 3 });
    for (let n = 0; n < 200; n += 1) audit.write(act(`line ${n}`, 'run'));
    audit.close();
    const files = readdirSync(directory).filter((file) => file.startsWith('audit.log'));
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

  const long = '\u0001'.repeat(1000);
  it.each<[string, (nth: number) => AuditEvent]>([
    ['one viewer', (nth) => event(known, `${nth} ${long}`, long)],
    ['strangers of one address', (nth) => event(stranger, `${nth} ${long}`, long)],
    ['strangers of very many addresses', (nth) => event(anonymous(`2001:db8::${nth}`), long, long)],
    ['strangers who fail to sign in', (nth) => act(long, 'login', anonymous(`2001:db8::${nth}`))],
  ])('keeps what happened, whatever is refused to %s for ten minutes', (_, make) => {
    const audit = open({ maxBytes: 16 * 1024, keep: 1 });
    const happened = (['start', 'login', 'auth-file', 'run', 'pin', 'lost'] as const).map((action) =>
      act('before', action, action === 'auth-file' || action === 'start' ? systemPrincipal : known),
    );
    for (const one of happened) audit.write(one);
    const minutes = 10;
    often(audit, minutes, 500, make);
    audit.close();
    expect(lines('audit.log').map(({ action, target }) => [action, target])).toEqual(
      happened.map(({ action, target }) => [action, target]),
    );
  });
  it('counts what is refused beyond a limit for each person, each address and all strangers together, and sums it up when the minute is over', () => {
    const audit = open();
    const { perPerson, perAddress, strangers } = lineLimits;
    const others = { ...known, id: 'bob', name: 'bob' };
    for (const principal of [known, others])
      for (let n = 0; n < perPerson.refused + 40; n += 1) audit.write(event(principal, `try ${n}`));
    for (let n = 0; n < perAddress + 50; n += 1) audit.write(event(stranger, 'one address'));
    for (let n = 0; n < 1000; n += 1) audit.write(event(anonymous(`192.0.3.${n % 250}`), 'many'));
    audit.write(act('in between'));
    now += 60_000;
    audit.write(event(stranger, 'later'));
    audit.close();
    const refused = lines('audit-refused.log');
    expect(lines('audit.log').map(({ target }) => target)).toEqual(['in between']);
    for (const name of ['ada', 'bob'])
      expect(refused.filter(({ who, action }) => who === name && action !== 'suppressed').length).toBe(
        perPerson.refused,
      );
    expect(refused.filter(({ target }) => target === 'one address').length).toBe(perAddress);
    expect(refused.filter(({ target }) => target === 'many').length).toBe(strangers - perAddress);
    expect(refused.filter(({ action }) => action === 'suppressed')).toMatchObject([
      { who: 'ada', target: 'refused', outcome: '40 more lines within a minute' },
      { who: 'bob', target: 'refused', outcome: '40 more lines within a minute' },
      {
        target: 'strangers',
        outcome: `${50 + 1000 - (strangers - perAddress)} more lines within a minute, of 251 addresses; ${perAddress + 50} lines were about 192.0.2.7`,
      },
    ]);
    expect(refused.at(-1).target).toBe('later');
  });
  it('counts what one person repeats without end, never a run that began, nor another person', () => {
    const audit = open();
    const { run, happened } = lineLimits.perPerson;
    expect(run).toBeGreaterThanOrEqual(startsPerPerson.burst + 60 * startsPerPerson.perSecond);
    for (let n = 0; n < happened + 7; n += 1) audit.write(act('toggled', 'pin'));
    for (let n = 0; n < run; n += 1) audit.write(act('begun', 'run'));
    for (let n = 0; n < 1000; n += 1)
      audit.write(act('ended', 'run-ended', { ...systemPrincipal, name: 'ada' }));
    audit.write(act('another', 'pin', { ...known, id: 'bob' }));
    audit.close();
    const written = readAudit(directory);
    const count = (name: string) => written.filter(({ target }) => target === name).length;
    expect(['toggled', 'begun', 'ended', 'another'].map(count)).toEqual([happened, run, 1000, 1]);
    expect(written.at(-1)).toMatchObject({
      ...{ who: 'ada', action: 'suppressed', target: 'happened', outcome: '7 more lines within a minute' },
    });
  });
});
