/** A real disk for tests whose power can be cut, whose calls can fail, and whose waiting is in the test's hands. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, truncateSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Disk, systemDisk } from './disk.ts';

export type TestDisk = Disk & {
  /** Runs before the real call; what it throws is thrown, what it waits for is waited for. */
  before: { append: () => void; sync: (path: string) => Promise<void>; cut: () => void };
  /** Copies a store as a power cut would leave it: of each file only what was synced, and no file whose name was not. */
  powerCut(from: string, to: string): void;
};

export function testDisk(): TestDisk {
  const synced = new Map<string, number>();
  const before: TestDisk['before'] = { append() {}, sync: () => Promise.resolve(), cut() {} };
  return {
    before,
    create(path) {
      const file = systemDisk.create(path);
      let length = 0;
      return {
        ...file,
        append(encoded) {
          before.append();
          const written = file.append(encoded);
          length += written;
          return written;
        },
        async sync() {
          const reached = length;
          await before.sync(path);
          await file.sync();
          synced.set(basename(path), reached);
        },
        cut(bytes) {
          before.cut();
          file.cut(bytes);
        },
      };
    },
    powerCut(from, to) {
      mkdirSync(join(to, 'runs'), { recursive: true, mode: 0o700 });
      for (const name of ['index.sqlite', 'index.sqlite-wal'])
        if (existsSync(join(from, name))) copyFileSync(join(from, name), join(to, name));
      for (const name of readdirSync(join(from, 'runs'))) {
        const length = synced.get(name);
        if (length === undefined) continue;
        copyFileSync(join(from, 'runs', name), join(to, 'runs', name));
        truncateSync(join(to, 'runs', name), length);
      }
    },
  };
}

/** What Linux says when a write never reached the disk. */
export const inputOutputError = (): Error =>
  Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO' });
