/** [6 Store] An index that is none, or of another version, is refused with a sentence and left as it is. Files of runs are left to `hostile.test.ts`. */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { indexOf } from './reading.ts';
import { openStore } from './store.ts';
import { version } from './schema.ts';
import { putRun } from './testing.ts';

let directory = '';
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'vantage-store-'));
  const store = openStore(directory);
  await putRun(store, { day: 0 });
  store.close();
});
afterEach(async () => {
  // Put back, it is read as before.
  const store = openStore(directory);
  expect(await store.latest('w')).toHaveLength(1);
  store.close();
  rmSync(directory, { recursive: true });
});

const present = version;

describe('an index', () => {
  const file = () => indexOf(directory);
  const parts = () => ['', '-wal', '-shm'].map((suffix) => file() + suffix).filter((one) => existsSync(one));
  /** With another index in the place of this one, which is put back afterwards. */
  const instead = (make: () => void, look: () => void) => {
    const away = parts();
    for (const one of away) renameSync(one, `${one}.away`);
    try {
      make();
      look();
    } finally {
      for (const one of parts()) rmSync(one, { recursive: true });
      for (const one of away) renameSync(`${one}.away`, one);
    }
  };
  it.each([
    ['a pipe', () => execFileSync('mkfifo', [file()])],
    ['a folder', () => mkdirSync(file())],
    ['a link', () => symlinkSync('/etc/hostname', file())],
  ])('[6 Store] that is %s is refused with a sentence', (_, make) =>
    instead(make, () =>
      expect(() => openStore(directory)).toThrow('it is no ordinary file. Nothing was changed. Put it back'),
    ),
  );
  it.each([
    ['zeros', () => writeFileSync(file(), Buffer.alloc(8192))],
    ['text', () => writeFileSync(file(), 'no index at all\n'.repeat(100))],
    ['its own first half', () => writeFileSync(file(), readFileSync(`${file()}.away`).subarray(0, 5000))],
  ])('[6 Store] that is %s is refused with a sentence, and left as it is', (_, make) =>
    instead(make, () => {
      const before = readFileSync(file());
      expect(() => openStore(directory)).toThrow('cannot be read: ');
      expect(readFileSync(file()).equals(before)).toBe(true);
    }),
  );
  it.each([0, present + 1, 999])(
    '[6 Store] of another version, %i, is refused and left as it is',
    (version) => {
      const set = (to: number) => {
        const database = new DatabaseSync(file());
        database.exec(`PRAGMA user_version = ${to}`);
        database.close();
      };
      set(version);
      expect(() => openStore(directory)).toThrow(
        `another version of Vantage (${version}; this one reads ${present}). Nothing was changed`,
      );
      set(present);
    },
  );
});
