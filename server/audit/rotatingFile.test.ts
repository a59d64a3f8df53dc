/** What is promised of the audit log when its files are moved, removed or exchanged, and when the disk has something against it. A full one: `runs/fullDisk.lab.test.ts`. */
import {
  appendFileSync,
  closeSync,
  copyFileSync,
  existsSync,
  fstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { auditDefaults, openAudit } from './audit.ts';
import type { AuditEvent } from './auditLine.ts';
import { anonymous } from '../identity/principal.ts';

let directory: string;
let faults: unknown[];
const closing: (() => void)[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vantage-rotating-'));
  faults = [];
});
afterEach(() => {
  for (const close of closing.splice(0)) close();
  rmSync(directory, { recursive: true, force: true });
});
const at = (name: string) => join(directory, name);
const act = (target: string): AuditEvent => ({
  principal: { ...anonymous(''), id: 'ada', name: 'ada', via: 'session' },
  ...{ action: 'run', target, outcome: 'started' },
});
const open = (rotation: Partial<typeof auditDefaults.rotation> = {}) => {
  const audit = openAudit(directory, {
    ...{ lines: auditDefaults.lines, rotation: { ...auditDefaults.rotation, ...rotation } },
    ...{
      server: 'docs-1',
      date: () => new Date('2026-11-24T00:00:00Z'),
      log: (error) => void faults.push(error),
    },
  });
  closing.push(() => audit.close());
  return audit;
};
/** What each line is about; a line that is torn throws. */
const targets = (name = 'audit.log') =>
  readFileSync(at(name), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line).target);
const descriptors = () => readdirSync('/proc/self/fd').length;
const cannot = expect.stringContaining('nothing is started or changed');

describe('the file that has the name', () => {
  it.each<[string, () => void, readonly string[]]>([
    ['moved away', () => renameSync(at('audit.log'), at('moved')), ['moved']],
    ['removed', () => rmSync(at('audit.log')), []],
    [
      'exchanged for another, as logrotate does with create',
      () => {
        renameSync(at('audit.log'), at('moved'));
        writeFileSync(at('audit.log'), '', { mode: 0o600 });
      },
      ['moved'],
    ],
    [
      'copied and cut, as logrotate does with copytruncate',
      () => {
        copyFileSync(at('audit.log'), at('moved'));
        truncateSync(at('audit.log'), 0);
      },
      ['moved'],
    ],
  ])('gets the next line after it was %s', (_, change, elsewhere) => {
    const audit = open();
    audit.write(act('one'));
    const before = descriptors();
    change();
    expect(audit.fault()).toBeUndefined();
    audit.write(act('two'));
    audit.write(act('three'));
    expect(targets()).toEqual(['two', 'three']);
    for (const name of elsewhere) expect(targets(name)).toEqual(['one']);
    expect([descriptors(), faults]).toEqual([before, []]);
  });
  it.each<[string, () => void]>([
    ['a link', () => symlinkSync(at('elsewhere'), at('audit.log'))],
    ['a folder', () => mkdirSync(at('audit.log'))],
  ])('is no %s that was put there: nothing is started until it is gone, and no line is lost', (_, put) => {
    writeFileSync(at('elsewhere'), '');
    const audit = open();
    renameSync(at('audit.log'), at('moved'));
    put();
    expect(audit.fault()).toEqual(cannot);
    audit.write(act('meanwhile'));
    expect(String(faults)).toMatch(/audit\.log cannot be written: in place of its file there is/);
    rmSync(at('audit.log'), { recursive: true });
    expect(audit.fault()).toBeUndefined();
    expect(targets()).toEqual(['meanwhile']);
    expect(readFileSync(at('elsewhere'), 'utf8')).toBe('');
    expect(faults.length).toBe(1);
  });
  it('is refused at the start when it is a link', () => {
    symlinkSync(at('elsewhere'), at('audit.log'));
    expect(() => open()).toThrow(/audit\.log cannot be written: .* a link/);
    expect(existsSync(at('elsewhere'))).toBe(false);
  });
  it('with a torn last line is ended before the next one', () => {
    open().close();
    appendFileSync(at('audit.log'), '{"time":"20');
    open().write(act('whole'));
    const [torn, whole = ''] = readFileSync(at('audit.log'), 'utf8').split('\n');
    expect([torn, JSON.parse(whole).target]).toEqual(['{"time":"20', 'whole']);
  });
});

describe('a rotation that fails', () => {
  it('costs nobody else a descriptor, tells the operator once, and is made up for when it can be', () => {
    const audit = open({ maxBytes: 150, keep: 1 });
    audit.write(act('one'));
    expect(audit.fault()).toBeUndefined();
    // A folder cannot be replaced by a file.
    mkdirSync(at('audit.log.1'));
    audit.write(act('two'));
    const others = Array.from({ length: 30 }, (_, nth) => openSync(at(`other-${nth}`), 'ax'));
    for (const name of ['three', 'four', 'five']) {
      audit.write(act(name));
      expect(audit.fault()).toEqual(cannot);
    }
    for (const other of others) {
      expect(fstatSync(other).size).toBe(0);
      closeSync(other);
    }
    expect([targets(), faults.length]).toEqual([['one'], 1]);
    rmdirSync(at('audit.log.1'));
    expect(audit.fault()).toBeUndefined();
    audit.write(act('six'));
    expect([targets('audit.log.1'), targets()]).toEqual([['five'], ['six']]);
  });
  it('keeps a bounded number of lines, and says how many it could not', () => {
    const audit = open({ maxBytes: 1000, keep: 1, maxWaitingLines: 3 });
    audit.write(act('one'));
    renameSync(at('audit.log'), at('moved'));
    mkdirSync(at('audit.log'));
    for (let n = 0; n < 10; n += 1) audit.write(act(`line ${n}`));
    rmdirSync(at('audit.log'));
    expect(audit.fault()).toBeUndefined();
    expect(targets()).toEqual(['line 0', 'line 1', 'line 2', 'happened']);
    expect(readFileSync(at('audit.log'), 'utf8')).toContain('7 lines, while this file could not be written');
  });
});

it('a log that was closed is closed once, and writes to nobody else’s file', () => {
  const before = descriptors();
  const audit = open();
  audit.close();
  const others = Array.from({ length: 10 }, (_, nth) => openSync(at(`other-${nth}`), 'ax'));
  audit.write(act('late'));
  audit.close();
  for (const other of others) {
    expect(fstatSync(other).size).toBe(0);
    closeSync(other);
  }
  expect(faults.length).toBe(1);
  expect(descriptors()).toBe(before);
});

it('without its folder it says that it cannot be written, once in the server log', () => {
  const audit = open();
  rmSync(directory, { recursive: true });
  audit.write(act('one'));
  audit.write(act('two'));
  expect(audit.fault()).toEqual(cannot);
  expect(faults.length).toBe(1);
});
