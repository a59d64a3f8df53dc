import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { folderSentence, inFolder } from './dataFolder.ts';
import { diskFullSentence } from './diskSpace.ts';
import { openStore, StoreHeldError } from '../store/store.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vantage-folder-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const opened = (data: string) => () => inFolder(data, () => openStore(data)).close();
const advice = /: npm start -- --data DIRECTORY$/;

describe('the folder for runs', () => {
  it.each([
    ['a file', 'file', 'something that is no folder is in its place'],
    ['in a file', 'file/data', 'something that is no folder is in its place'],
    // As for every user a folder that the kernel makes up.
    ['in /sys', '/sys/vantage-data', 'cannot be written by this user'],
    ['in /proc', '/proc/vantage/data', 'the folder above it is missing or read-only'],
  ])('that is %s is refused with what to do', (_, name, message) => {
    writeFileSync(join(directory, 'file'), 'mine');
    const data = name.startsWith('/') ? name : join(directory, name);
    expect(opened(data)).toThrow(message);
    expect(opened(data)).toThrow(advice);
    expect(opened(data)).toThrow(data);
    expect(readFileSync(join(directory, 'file'), 'utf8')).toBe('mine');
  });

  it.each([
    ['lock.sqlite', 'is damaged or not written by Vantage'],
    ['index.sqlite', 'cannot be read: file is not a database. Nothing was changed'],
  ])('with a %s that is none of ours keeps it as it is', (name, message) => {
    const text = 'These are my notes about locks. '.repeat(40);
    writeFileSync(join(directory, name), text);
    expect(opened(directory)).toThrow(message);
    expect(opened(directory)).toThrow(advice);
    expect(readFileSync(join(directory, name), 'utf8')).toBe(text);
  });

  it('that another server has is refused by that name, and only then', () => {
    const store = openStore(directory);
    expect(() => openStore(directory)).toThrow(StoreHeldError);
    store.close();
    writeFileSync(join(directory, 'lock.sqlite'), 'x'.repeat(2000));
    expect(() => openStore(directory)).not.toThrow(StoreHeldError);
  });

  it('on a full disk is called full, whatever of it found that out', () => {
    const database = new DatabaseSync(join(directory, 'small.sqlite'));
    database.exec('PRAGMA max_page_count = 2; CREATE TABLE t (x)');
    const fill = () => inFolder('/data', () => database.exec('INSERT INTO t VALUES (zeroblob(100000))'));
    expect(fill).toThrow('The disk of the folder for runs, /data, is full');
    expect(fill).toThrow(advice);
    database.close();
  });
});

it.each([
  ['ENOSPC', 'is full'],
  ['EDQUOT', 'is full'],
  ['EACCES', 'cannot be written by this user (EACCES at /a/b)'],
  ['EPERM', 'cannot be written by this user (EPERM at /a/b)'],
  ['EROFS', 'cannot be written by this user (EROFS at /a/b)'],
  ['ENOENT', 'the folder above it is missing or read-only (ENOENT at /a/b)'],
  ['EIO', 'has failed (EIO at /a/b)'],
])('%s is told as: %s', (code, message) => {
  const told = folderSentence('/a', { code, path: '/a/b', message: '' });
  expect(told).toContain(message);
  expect(told).toMatch(advice);
});

it('what is no fault of a disk is thrown as it is', () => {
  const fault = new TypeError('ours');
  expect(() => inFolder('/a', () => expect.unreachable())).toThrow();
  expect(() =>
    inFolder('/a', () => {
      throw fault;
    }),
  ).toThrow(fault);
  expect(folderSentence('/a', { code: 'EADDRINUSE', message: '' })).toBeUndefined();
});

describe('the folder for runs that other users may write', () => {
  it.each([
    ['its group', '.', 0o770],
    ['everybody', '.', 0o777],
    ['everybody, who may delete only their own', '.', 0o1777],
    ['its group in runs/', 'runs', 0o720],
    ['everybody in the index', 'index.sqlite', 0o606],
    ['its group in the lock', 'lock.sqlite', 0o660],
  ])('%s is refused with the line that mends it', (_, name, mode) => {
    openStore(directory).close();
    const path = join(directory, name);
    chmodSync(path, mode);
    expect(opened(directory)).toThrow(`may be written by other users, who could change the evidence`);
    expect(opened(directory)).toThrow(advice);
    const [, command = ''] = /: (chmod go-w '[^']+')\./.exec(messageOf(opened(directory))) ?? [];
    execFileSync('/bin/sh', ['-c', command]);
    expect(opened(directory)).not.toThrow();
  });

  it('but may only read is taken', () => {
    openStore(directory).close();
    chmodSync(directory, 0o755);
    expect(opened(directory)).not.toThrow();
  });
});

const messageOf = (work: () => void): string => {
  try {
    work();
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

const MiB = 1024 * 1024;
it.each([
  ['enough of both', 100, 5000, undefined],
  ['too few bytes', 10, 5000, /is full \(10\.0 MiB are free, 64\.0 MiB are needed\).*not started/],
  [
    'too few inodes',
    100,
    3,
    /can take no more files, though it has bytes left \(3 inodes.*not started.*df -i/,
  ],
  ['neither', 10, 3, /is full/],
])('a disk with %s', (_, free, files, message) => {
  const space = { bytes: free * MiB, ofBytes: 10_000 * MiB, files, ofFiles: 100_000 };
  expect(diskFullSentence(space) ?? '').toMatch(message ?? /^$/);
  // A file system that makes inodes as it needs them, as btrfs does.
  expect(diskFullSentence({ ...space, bytes: 100 * MiB, files: 0, ofFiles: 0 })).toBeUndefined();
});
