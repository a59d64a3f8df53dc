/** What is promised of a disk that loses its power, fails or is slow. A full one is left to `run/full.lab.test.ts`. */
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { encodeEntry } from '../../src/core/protocol/codec.ts';
import { assembleRun } from './assembleRecord.ts';
import { systemDisk } from './disk.ts';
import { openStore } from './store.ts';
import { entriesOf, headerOf, summaryOf } from './testing.ts';
import { inputOutputError, testDisk } from './testing-disk.ts';

let parent = '';
const at = (name: string) => join(parent, name);
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'vantage-disk-'));
  mkdirSync(at('data'), { mode: 0o700 });
});
afterEach(() => rmSync(parent, { recursive: true }));

const now = () => new Date('2026-11-22T01:00:00Z');

describe('[R2] a power cut', () => {
  it('at any moment leaves what was sealed whole, and nothing else claims to have ended', async () => {
    const disk = testDisk();
    const store = openStore(at('data'), disk);
    const sealed: string[] = [];
    const cuts: { readonly place: string; readonly sealed: readonly string[] }[] = [];
    const cut = () => {
      const place = at(`cut-${cuts.length}`);
      disk.powerCut(at('data'), place);
      cuts.push({ place, sealed: [...sealed] });
    };
    disk.before.append = cut;
    disk.before.sync = async () => cut();
    for (const day of [0, 1, 2]) {
      const made = { day, output: 'what came back\n' };
      const header = headerOf(made);
      const summary = summaryOf(header, made);
      const log = store.create(header);
      for (const entry of entriesOf(header, summary, made.output)) log.append(encodeEntry(entry));
      await log.seal(summary);
      sealed.push(header.run);
      cut();
    }
    store.close();
    expect(cuts.length).toBe(3 * (6 + 1 + 1));
    for (const { place, sealed } of cuts) {
      const after = openStore(place);
      await after.recover(now);
      const kept = (await after.history.list({}, 10)).map(({ summary }) => summary);
      expect(kept.filter(({ how }) => how === 'finished').map(({ run }) => run)).toEqual(
        [...sealed].reverse(),
      );
      for (const run of sealed) {
        const record = await assembleRun(after, run, 1024);
        expect(record?.damage).toBeUndefined();
        expect(record?.view).toMatchObject({ state: 'finished', judgement: { verdict: 'agrees' } });
      }
      for (const { how, judgement } of kept.filter(({ run }) => !sealed.includes(run)))
        expect([how, judgement.verdict]).toEqual(['interrupted', 'inconclusive']);
      after.close();
    }
  });
});

describe('[R5] a disk that fails', () => {
  it('takes no other run, also when it works again, until the server is started anew', async () => {
    const disk = testDisk();
    const store = openStore(at('data'), disk);
    expect(store.full()).toBeUndefined();
    const header = headerOf({ day: 0 });
    const log = store.create(header);
    disk.before.sync = () => Promise.reject(inputOutputError());
    await expect(log.seal(summaryOf(header, { day: 0 }))).rejects.toThrow('EIO');
    disk.before.sync = () => Promise.resolve();
    expect(store.full()).toMatch(/disk .* has failed \(EIO.*no run starts.*restart the server/s);
    expect(await store.summary(header.run)).toBeUndefined();
    log.abandon();
    store.close();
    const again = openStore(at('data'), disk);
    expect(again.full()).toBeUndefined();
    again.close();
  });
  it('is not taken for one that is full', () => {
    const disk = testDisk();
    const store = openStore(at('data'), disk);
    const header = headerOf({ day: 0 });
    const log = store.create(header);
    disk.before.append = () => {
      throw Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' });
    };
    const [first] = entriesOf(header, summaryOf(header, { day: 0 }), '');
    expect(() => first && log.append(encodeEntry(first))).toThrow('ENOSPC');
    expect(store.full()).toBeUndefined();
    log.abandon();
    store.close();
  });
});

describe('[R5] the file of a run', () => {
  /** Enough to be written to the disk before the end. */
  const large = Buffer.alloc(4 * 1024 * 1024);
  /** Files of somebody else's, who get the numbers that are free. */
  const others = () =>
    Array.from({ length: 20 }, (_, nth) => {
      writeFileSync(at(`other-${nth}`), 'theirs');
      return openSync(at(`other-${nth}`), 'a');
    });
  const untouched = (descriptors: readonly number[]) => {
    for (const [nth, descriptor] of descriptors.entries()) {
      expect(readFileSync(at(`other-${nth}`), 'utf8')).toBe('theirs');
      closeSync(descriptor);
    }
  };
  /** The number of the file that is tested, while it is open. */
  const ownNumber = () =>
    readdirSync('/proc/self/fd').find((number) => {
      try {
        return readlinkSync(`/proc/self/fd/${number}`) === at('run.log');
      } catch {
        return false;
      }
    });
  it('is not on disk when a part of it was not, though the disk is well again at the end', async () => {
    const file = systemDisk.create(at('run.log'));
    const own = Number(ownNumber());
    file.append([large]);
    closeSync(own);
    await expect(file.sync()).rejects.toThrow('EBADF');
    expect(openSync(at('run.log'), 'a')).toBe(own);
    await expect(file.sync()).rejects.toThrow('EBADF');
    file.close();
    expect(ownNumber()).toBeUndefined();
  });
  it('keeps its number until the disk has what is on its way there', async () => {
    const file = systemDisk.create(at('run.log'));
    file.append([large]);
    file.close();
    expect(ownNumber()).toBeDefined();
    expect(() => file.cut(0)).toThrow('closed');
    await vi.waitUntil(() => ownNumber() === undefined);
  });
  it('is never written, cut or synced by its number once it is closed', async () => {
    const file = systemDisk.create(at('run.log'));
    file.append([Buffer.from('ours')]);
    file.close();
    const theirs = others();
    expect(() => file.append([Buffer.from('ours')])).toThrow('closed');
    expect(() => file.cut(0)).toThrow('closed');
    await expect(file.sync()).rejects.toThrow('closed');
    file.close();
    untouched(theirs);
  });
  it('is closed once, also when that fails', () => {
    const file = systemDisk.create(at('run.log'));
    closeSync(Number(ownNumber()));
    expect(() => file.close()).toThrow('EBADF');
    const theirs = others();
    file.close();
    untouched(theirs);
  });
  it('that was sealed is not cut any more', async () => {
    const store = openStore(at('data'));
    const header = headerOf({ day: 0 });
    const summary = summaryOf(header, { day: 0 });
    const log = store.create(header);
    for (const entry of entriesOf(header, summary, 'x')) log.append(encodeEntry(entry));
    await log.seal(summary);
    const theirs = others();
    expect(() => log.abandon(0)).toThrow('closed');
    untouched(theirs);
    expect((await assembleRun(store, header.run, 1024))?.damage).toBeUndefined();
    store.close();
  });
});
