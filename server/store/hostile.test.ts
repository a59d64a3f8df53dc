/** Stores that somebody else had a hand in (section 6 of the threat list): what is left is read, what is damaged is named, and nothing is followed, waited for or started. */
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeEntry } from '../../src/core/protocol/codec.ts';
import { findRecord } from './assembleRecord.ts';
import { frame } from './frames.ts';
import { indexOf, logOf } from './reading.ts';
import { type FileStore, openStore } from './store.ts';
import { entriesOf, headerOf, putRun, summaryOf } from './testing.ts';

let directory = '';
let store: FileStore;
let run = '';
let other = '';
let path = '';
/** A file outside of the store: what a link in it must not lead to. */
let outside = '';
const outsideText = 'nobody may see this, and nobody may change it\n';
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'vantage-store-'));
  store = openStore(directory);
  run = await putRun(store, { day: 0 });
  other = await putRun(store, { day: 1, header: { check: 'd' } });
  path = logOf(directory, run);
  outside = join(directory, 'outside');
  writeFileSync(outside, outsideText);
});
afterEach(() => {
  expect(readFileSync(outside, 'utf8')).toBe(outsideText);
  store.close();
  rmSync(directory, { recursive: true });
});
/** Does something to the folder while nobody has it open, and opens it again. */
const between = (work: () => void) => {
  store.close();
  try {
    work();
  } finally {
    store = openStore(directory);
  }
};

const seen = (id: string) => findRecord(store, new Map(), id, 1024);
const instead = (make: () => void) => {
  rmSync(path);
  make();
};
const whole = () => readFileSync(path);

type Harm = readonly [name: string, harm: () => void, why: RegExp];
const inPlace: readonly Harm[] = [
  ['a link to a file outside', () => instead(() => symlinkSync(outside, path)), /a link/],
  ['a link to the other run', () => instead(() => symlinkSync(logOf(directory, other), path)), /a link/],
  ['a link that leads nowhere', () => instead(() => symlinkSync('/nowhere', path)), /a link/],
  ['a pipe', () => instead(() => execFileSync('mkfifo', [path])), /a pipe/],
  ['a folder', () => instead(() => mkdirSync(path)), /a folder/],
  ['nothing', () => rmSync(path), /no file/],
  [
    'the file of the other run',
    () => writeFileSync(path, readFileSync(logOf(directory, other))),
    /holds the run/,
  ],
  ['0 bytes', () => truncateSync(path, 0), /beginning of its file/],
  ['zeros', () => writeFileSync(path, Buffer.alloc(500)), /beginning of its file/],
  [
    'a hole of 1 TiB',
    () =>
      instead(() => {
        writeFileSync(path, '');
        truncateSync(path, 2 ** 40);
      }),
    /beginning of its file/,
  ],
];
const within: readonly Harm[] = [
  ['zeros behind its end', () => appendFileSync(path, Buffer.alloc(4096)), /cut or changed at byte/],
  ['a hole of 1 TiB behind its end', () => truncateSync(path, 2 ** 40), /cut or changed at byte/],
  [
    'a length of 4 GiB in its last frame',
    () => appendFileSync(path, Buffer.from([0, 0, 0, 0, 255, 255, 255, 255, 0])),
    /cut or changed/,
  ],
  ['half of a frame behind its end', () => appendFileSync(path, whole().subarray(0, 30)), /cut or changed/],
  ['a frame of its own, doubled', () => appendFileSync(path, whole()), /cannot be read any further/],
  [
    'an entry of a future version',
    () => {
      const body = Buffer.from('{"kind":"of-2030","more":[]}');
      const entry = Buffer.alloc(13 + body.length);
      entry.writeUInt32BE(entry.length - 4, 0);
      entry.writeUInt32BE(6, 4);
      body.copy(entry, 13);
      appendFileSync(path, frame(entry));
    },
    /cannot be read any further/,
  ],
  [
    'another label, with its checksum made anew',
    () => {
      const header = { ...headerOf({ day: 0 }), run, source: 'live' as const };
      const entries = entriesOf(header, summaryOf(header, { day: 0 }), 'one\n');
      writeFileSync(path, Buffer.concat(entries.map((one) => frame(encodeEntry(one)))));
    },
    /source "live", and the index "lab"/,
  ],
];

describe('a kept run', { timeout: 20_000 }, () => {
  it.each(inPlace)(
    '[6 Store] in whose place there is %s is named as damaged, and the other one is read',
    async (_, harm, why) => {
      harm();
      expect(await seen(run)).toEqual({ found: 'unreadable', why: expect.stringMatching(why) });
      expect(await seen(other)).toMatchObject({ found: 'record' });
      expect((await store.latest('w')).map((one) => one.run)).toEqual([run, other]);
    },
  );
  it.each(within)(
    '[6 Store] that has %s shows what was written, and is said to be damaged',
    async (_, harm, why) => {
      harm();
      const found = await seen(run);
      expect(found).toMatchObject({
        found: 'record',
        record: { runs: [{ damage: expect.stringMatching(why) }] },
      });
      expect(await seen(other)).toMatchObject({ found: 'record' });
    },
  );
  it.runIf(process.getuid?.() === 0)(
    '[6 Store] whose file belongs to somebody else is not read',
    async () => {
      chownSync(path, 12_345, 12_345);
      expect(await seen(run)).toEqual({ found: 'unreadable', why: 'its file belongs to the user 12345' });
    },
  );
  it('[6 Store] is read beside files whose names are no text, or lead away', async () => {
    const folder = Buffer.from(join(directory, 'runs/'));
    for (const name of [[0xff, 0xfe, 0x2e, 0x6c, 0x6f, 0x67], [0x0a], [0x1b, 0x5b, 0x32, 0x4a]])
      writeFileSync(Buffer.concat([folder, Buffer.from(name)]), 'x');
    expect(await seen(run)).toMatchObject({ found: 'record' });
    between(() => {});
    expect(await seen(run)).toMatchObject({ found: 'record' });
  });
});

/** The same harms, met by a server that starts after one that died in the middle of this run. */
describe('an unfinished run', { timeout: 20_000 }, () => {
  const now = () => new Date('2026-11-22T01:00:00Z');
  const killed = () => {
    const database = new DatabaseSync(indexOf(directory));
    const header = { ...headerOf({ day: 0 }), run };
    database
      .prepare("UPDATE runs SET state = 'running', summary = ? WHERE run = ?")
      .run(JSON.stringify(header), run);
    database.close();
    // Without its end, which is a frame of its own.
    const entries = entriesOf(header, summaryOf(header, { day: 0 }), 'one\n').slice(0, -2);
    writeFileSync(path, Buffer.concat(entries.map((one) => frame(encodeEntry(one)))));
  };
  it.each([...inPlace, ...within])(
    '[6 Store] with %s keeps no server from starting, and is ended once',
    async (name, harm) => {
      killed();
      between(harm);
      const stat = lstatSync(path, { throwIfNoEntry: false });
      const before = stat?.isFile() && stat.size < 1e6 ? whole() : undefined;
      const ended = await store.recover(now);
      expect(ended.map((one) => one.run)).toEqual([run]);
      const isWhole = ['nothing', '0 bytes', 'half of a frame behind its end'].includes(name);
      expect(ended[0]?.damage === undefined).toBe(isWhole);
      if (!isWhole && before !== undefined) expect(whole().equals(before)).toBe(true);
      expect(await store.summary(run)).toMatchObject({ state: 'ended', how: 'interrupted', source: 'lab' });
      expect(await store.recover(now)).toEqual([]);
    },
  );
  it('[6 Store] whose row in the index is no text of ours is named, and the others are ended', async () => {
    killed();
    const database = new DatabaseSync(indexOf(directory));
    database.exec(`UPDATE runs SET state = 'running', summary = '{"kind":' WHERE run = '${other}'`);
    database.close();
    expect(await store.recover(now)).toEqual(
      expect.arrayContaining([
        { run, check: 'c', how: 'interrupted' },
        { run: other, check: '', how: 'interrupted', damage: expect.stringContaining('could not be ended') },
      ]),
    );
    expect((await store.latest('w')).map((one) => one.run)).toEqual([run]);
  });
});
