import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { folderSentence, inFolder } from './folder.ts';
import { openStore, StoreHeldError } from './store.ts';

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
    ['in /proc', '/proc/vantage/data', 'the one above it is not there or only to be read'],
  ])('that is %s is refused with what to do', (_, name, say) => {
    writeFileSync(join(directory, 'file'), 'mine');
    const data = name.startsWith('/') ? name : join(directory, name);
    expect(opened(data)).toThrow(say);
    expect(opened(data)).toThrow(advice);
    expect(opened(data)).toThrow(data);
    expect(readFileSync(join(directory, 'file'), 'utf8')).toBe('mine');
  });

  it.each([
    ['lock.sqlite', 'is damaged or none of ours'],
    ['index.sqlite', 'cannot be read: file is not a database. Nothing was changed'],
  ])('with a %s that is none of ours keeps it as it is', (name, say) => {
    const text = 'These are my notes about locks. '.repeat(40);
    writeFileSync(join(directory, name), text);
    expect(opened(directory)).toThrow(say);
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
  ['ENOENT', 'the one above it is not there or only to be read (ENOENT at /a/b)'],
  ['EIO', 'has failed (EIO at /a/b)'],
])('%s is told as: %s', (code, say) => {
  const told = folderSentence('/a', { code, path: '/a/b', message: '' });
  expect(told).toContain(say);
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
