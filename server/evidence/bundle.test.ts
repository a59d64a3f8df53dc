/** A bundle verifies with tools that every machine has, and one changed byte is found and named. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { collector, type EvidenceRecord } from '../../src/core/record.ts';
import type { Entry } from '../../src/core/entry.ts';
import { evidenceBundle } from './bundle.ts';
import { openSigner } from './signer.ts';

const place = mkdtempSync(join(tmpdir(), 'vantage-evidence-'));
const run = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const entries: Entry[] = [
  {
    seq: 0,
    at: 0,
    body: {
      ...{ kind: 'header', run, writeup: 'w', check: 'c', title: 'A check', checkHash: 'h', documented: '0' },
      ...{ steps: [{ id: 's', vantage: 'backend', command: 'true' }], fleet: 'lab', provenance: 'lab' },
      ...{ condition: 'as-documented', startedAt: '2026-11-24T00:00:00.000Z', commit: 'abc', by: 'Reader 1' },
    },
  },
  { seq: 1, at: 5, body: { kind: 'closed', how: 'finished', endedAt: '2026-11-24T00:00:01.000Z' } },
];
const whole = join(place, 'whole');

beforeAll(async () => {
  const collected = collector(1000);
  for (const entry of entries) collected.take(entry);
  const taken = collected.record();
  if (!taken) throw new Error('fixture');
  const record: EvidenceRecord = {
    ...{ id: run, kind: 'run', writeup: { id: 'w', title: 'A writeup' }, deciding: [], title: '', note: '' },
    ...{ by: 'Reader 1', startedAt: '2026-11-24T00:00:00.000Z', pinned: false },
    runs: [taken],
  };
  writeFileSync(join(place, `${run}.log`), 'the bytes that were written while it ran');
  const signer = await openSigner(join(place, 'data'));
  const bytes = await evidenceBundle({
    ...{ record, signer, base: 'http://127.0.0.1:8914' },
    fileOf: (id) => join(place, `${id}.log`),
  });
  writeFileSync(join(place, 'bundle.tar.gz'), bytes);
  mkdirSync(whole);
  execFileSync('tar', ['-xzf', join(place, 'bundle.tar.gz'), '-C', whole, '--strip-components=1']);
  writeFileSync(join(place, 'fingerprint'), signer.fingerprint);
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

const verify = (folder: string, ...args: string[]) => {
  const { status, stdout } = spawnSync('sh', [join(folder, 'verify.sh'), ...args], { encoding: 'utf8' });
  return { status, said: stdout };
};
let copies = 0;
const copy = (): string => {
  copies += 1;
  const folder = join(place, `copy${copies}`);
  cpSync(whole, folder, { recursive: true });
  return folder;
};
const names = ['record.json', 'report.md', 'README.txt', 'verify.sh', `runs/${run}.log`];

it('is whole, and says which key signed it', () => {
  const fingerprint = readFileSync(join(place, 'fingerprint'), 'utf8');
  expect(verify(whole, fingerprint)).toEqual({ status: 0, said: expect.stringContaining('Whole: 5 files') });
  expect(verify(whole).said).toContain(`signed by ${fingerprint}`);
  expect(verify(whole, 'SHA256:someone-else')).toMatchObject({ status: 1 });
});
it('keeps its signing key to its owner, and uses the same one again', async () => {
  expect(statSync(join(place, 'data/signing_ed25519')).mode & 0o077).toBe(0);
  expect((await openSigner(join(place, 'data'))).fingerprint).toBe(
    readFileSync(join(place, 'fingerprint'), 'utf8'),
  );
});
it.each(names)('one changed byte in %s is found and named', (name) => {
  const folder = copy();
  const bytes = readFileSync(join(folder, name));
  // The last byte: for the verifier itself, one that does not keep it from running.
  bytes[bytes.length - 1] = 0x20;
  writeFileSync(join(folder, name), bytes);
  const { status, said } = verify(folder);
  expect({ status, named: said.includes(`${name} was changed`) }).toEqual({ status: 1, named: true });
});
it.each(['SHA256SUMS', 'SHA256SUMS.sig', 'allowed_signers'])('a changed %s does not verify', (name) => {
  const folder = copy();
  const text = readFileSync(join(folder, name), 'utf8');
  writeFileSync(
    join(folder, name),
    text.replace(/[a-y](?=[0-9A-Za-z])/, (letter) => String.fromCharCode(letter.charCodeAt(0) + 1)),
  );
  expect(verify(folder).status).toBe(1);
});
it('a file that is missing or was added is named', () => {
  const missing = copy();
  rmSync(join(missing, 'report.md'));
  expect(verify(missing)).toEqual({ status: 1, said: expect.stringContaining('report.md is missing') });
  const more = copy();
  writeFileSync(join(more, 'runs/other.log'), 'x');
  expect(verify(more)).toEqual({ status: 1, said: expect.stringContaining('runs/other.log was added') });
});
it('the label of the lab cannot be exchanged: with sums made anew, the signature does not fit', () => {
  const folder = copy();
  const file = join(folder, 'record.json');
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll('"lab"', '"live"'));
  const sums = execFileSync('sh', [
    '-c',
    `cd '${folder}' && sha256sum ${names.map((name) => `'${name}'`).join(' ')}`,
  ]);
  writeFileSync(join(folder, 'SHA256SUMS'), sums);
  expect(verify(folder)).toEqual({ status: 1, said: expect.stringContaining('the signature does not fit') });
});
it('leaves nothing in the folder for temporary files', () => {
  expect(readdirSync(tmpdir()).filter((name) => name.startsWith('vantage-bundle-'))).toEqual([]);
});
