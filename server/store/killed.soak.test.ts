/** A server that is killed at any moment loses no run and doubles none: what was sealed is whole, everything else is interrupted at a whole entry. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { decodeAll } from '../../src/core/protocol/codec.ts';
import { fold, type RunView } from '../../src/core/run/run.ts';
import { type FileStore, openStore } from './store.ts';

const directory = mkdtempSync(join(tmpdir(), 'vantage-killed-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const module = (name: string) => JSON.stringify(fileURLToPath(new URL(name, import.meta.url)));
/** Writes runs as fast as it can, and says the id of each one that is sealed. */
const writer = `
  import { writeSync } from 'node:fs';
  import { openStore } from ${module('store.ts')};
  import { ulid } from ${module('ulid.ts')};
  import { encodeEntry } from ${module('../../src/core/protocol/codec.ts')};
  const store = openStore(${JSON.stringify(directory)});
  const startedAt = new Date().toISOString();
  writeSync(1, 'ready\\n');
  let time = Date.now();
  for (;;) {
    const run = ulid(time += 1);
    const header = { kind: 'header', run, writeup: 'w', check: 'c', title: 'T', checkHash: 'h', documented: '0',
      steps: [{ id: 's', role: 'b', command: 'true' }], fleet: 'f', source: 'lab', condition: '', startedAt, commit: '', by: 'R' };
    const log = store.create(header);
    const judgement = { verdict: 'agrees', findings: [], observed: run, means: 'as documented', judge: 2 };
    let seq = 0;
    const put = (body) => log.append(encodeEntry({ seq, at: seq++, body }));
    put(header);
    for (let part = 0; part < 20; part += 1)
      put({ kind: 'output', step: 's', stream: 'stdout', bytes: new Uint8Array(4000).fill(65 + part) });
    put({ kind: 'judged', judgement });
    put({ kind: 'closed', how: 'finished', endedAt: startedAt });
    await log.seal({ state: 'ended', how: 'finished', run, check: 'c', checkHash: 'h', source: 'lab', condition: '',
      startedAt, by: 'R', endedAt: startedAt, seconds: 1, judgement });
    writeSync(1, run + '\\n');
  }`;

function read(store: FileStore, run: string): RunView | undefined {
  let view: RunView | undefined;
  for (let position = 0; ;) {
    const { entries, next } = store.read(run, position, 1024 * 1024);
    if (entries.length === 0) break;
    position = next;
    for (const entry of decodeAll(entries)) view = fold(view, entry);
  }
  return view;
}

it('[R1] twenty times killed at a random moment', async () => {
  const sealed = new Set<string>();
  let interrupted = 0;
  let slowestMs = 0;
  for (let round = 0; round < 20; round += 1) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', writer], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    await once(child.stdout, 'data');
    // Any moment will do; the time slept is the moment, nothing waits for it.
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 60));
    child.kill('SIGKILL');
    await once(child, 'close');
    for (const line of said.split('\n').slice(0, -1)) if (line !== 'ready') sealed.add(line);
    const began = performance.now();
    const store = openStore(directory);
    interrupted += (await store.recover(() => new Date())).length;
    slowestMs = Math.max(slowestMs, performance.now() - began);
    store.close();
  }
  const store = openStore(directory);
  const files = readdirSync(join(directory, 'runs')).map((name) => name.replace('.log', ''));
  const inIndex = (await store.history.list({}, 1_000_000)).map(({ summary }) => summary);
  const wrong: string[] = [];
  for (const { run, how } of inIndex) {
    const view = read(store, run);
    const whole =
      how === 'finished' &&
      view?.state === 'finished' &&
      view.judgement?.observed === run &&
      view.next === 23;
    const cut = how === 'interrupted' && (view === undefined || view.state !== 'running') && !sealed.has(run);
    if (!whole && !cut) wrong.push(`${run} is ${how}, and its file says ${view?.state} up to ${view?.next}`);
  }
  store.close();
  expect(wrong).toEqual([]);
  expect(new Set(inIndex.map(({ run }) => run)).size).toBe(inIndex.length);
  expect(inIndex.filter(({ run }) => sealed.has(run)).length).toBe(sealed.size);
  expect(files.filter((run) => !inIndex.some((one) => one.run === run))).toEqual([]);
  // Otherwise the moments were not random enough to prove anything.
  expect(interrupted).toBeGreaterThan(2);
  expect(slowestMs).toBeLessThan(5000);
  console.log(
    `${inIndex.length} runs, ${interrupted} of them interrupted; recovered in at most ${Math.round(slowestMs)} ms`,
  );
});
