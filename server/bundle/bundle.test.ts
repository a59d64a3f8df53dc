/** A bundle verifies with tools that every machine has, and one changed byte is found and named. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { copyFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { collector, type EvidenceRecord } from '../../src/core/run/record.ts';
import type { Entry } from '../../src/core/run/entry.ts';
import { encodeEntry } from '../../src/core/protocol/codec.ts';
import { dice } from '../../src/core/testing.ts';
import { frame } from '../store/frames.ts';
import { pauseForOthers } from '../files/pause.ts';
import { inTemporaryFolder } from '../files/temporaryFolder.ts';
import { evidenceBundle, openSigner } from './bundle.ts';

const place = mkdtempSync(join(tmpdir(), 'vantage-evidence-'));
const runs = ['01ARZ3NDEKTSV4RRFFQ69G5FAV', '01ARZ3NDEKTSV4RRFFQ69G5FAW'] as const;
const [run, other] = runs;
const entriesOf = (id: string): readonly Entry[] => [
  {
    seq: 0,
    at: 0,
    body: {
      ...{ kind: 'header', run: id, writeup: 'w', check: 'c', title: 'A check', checkHash: 'h' },
      ...{ steps: [{ id: 's', role: 'backend', command: 'true' }], fleet: 'lab', source: 'lab' },
      ...{ condition: 'as-documented', startedAt: '2026-11-24T00:00:00.000Z', commit: 'abc', by: 'Reader 1' },
      documented: '0',
    },
  },
  { seq: 1, at: 5, body: { kind: 'closed', how: 'finished', endedAt: '2026-11-24T00:00:01.000Z' } },
];
const whole = join(place, 'whole');

beforeAll(async () => {
  const taken = runs.map((id) => {
    const collected = collector(1000);
    for (const entry of entriesOf(id)) collected.add(entry);
    writeFileSync(
      join(place, `${id}.log`),
      Buffer.concat(entriesOf(id).map((one) => frame(encodeEntry(one)))),
    );
    const record = collected.record();
    if (!record) throw new Error('fixture');
    return record;
  });
  const record: EvidenceRecord = {
    ...{ id: run, kind: 'set', writeup: { id: 'w', title: 'A writeup' }, deciding: [], title: '', note: '' },
    ...{ by: 'Reader 1', startedAt: '2026-11-24T00:00:00.000Z', pinned: false },
    runs: taken,
  };
  const signer = await openSigner(join(place, 'data'));
  await evidenceBundle(
    {
      ...{ record, signer, base: 'http://127.0.0.1:8914', pause: pauseForOthers },
      ...{
        copyLog: (id, to) => copyFile(join(place, `${id}.log`), to),
        signal: new AbortController().signal,
      },
    },
    place,
  );
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
const logs = runs.map((id) => `runs/${id}.log`);
const names = ['record.json', 'report.md', 'README.txt', 'verify.sh', ...logs];

it('is whole, and says which key signed it', () => {
  const fingerprint = readFileSync(join(place, 'fingerprint'), 'utf8');
  const { status, said } = verify(whole, fingerprint);
  expect({ status, said }).toEqual({ status: 0, said: expect.stringContaining('Whole: 6 files') });
  expect(said).toContain(`signed by ${fingerprint}`);
  expect(verify(whole, 'SHA256:someone-else')).toMatchObject({ status: 1 });
});
it('keeps its signing key to its owner, and uses the same one again', async () => {
  expect(statSync(join(place, 'data/signing_ed25519')).mode & 0o077).toBe(0);
  expect((await openSigner(join(place, 'data'))).fingerprint).toBe(
    readFileSync(join(place, 'fingerprint'), 'utf8'),
  );
});
it('one changed byte in verify.sh, which does not keep it from running, is found and named', () => {
  const folder = copy();
  const bytes = readFileSync(join(folder, 'verify.sh'));
  bytes[bytes.length - 1] = 0x20;
  writeFileSync(join(folder, 'verify.sh'), bytes);
  const { status, said } = verify(folder);
  expect({ status, named: said.includes('verify.sh was changed') }).toEqual({ status: 1, named: true });
});
const proof = ['SHA256SUMS', 'SHA256SUMS.sig', 'allowed_signers', 'signer.pub'];
it.each([...names.filter((name) => name !== 'verify.sh'), ...proof])(
  '[T35] any one byte that is changed in %s is found, and the place is named',
  (name) => {
    const bytes = readFileSync(join(whole, name));
    const folder = copy();
    // Each verification starts thirty programs: one byte at random in records, elsewhere the last, behind which nobody looks of himself.
    const at = name.endsWith('.log') ? dice(35)(bytes.length) : bytes.length - 1;
    bytes[at] = (bytes[at] ?? 0) ^ 0x55;
    writeFileSync(join(folder, name), bytes);
    const { status, said } = verify(folder);
    const named = said.includes(proof.includes(name) ? 'was changed' : `${name} was changed`);
    expect({ at, status, named }).toEqual({ at, status: 1, named: true });
  },
);
it('[T35] a record that is dropped, cut, exchanged with another or renamed is named', () => {
  const [first = '', last = ''] = logs;
  const dropped = copy();
  rmSync(join(dropped, last));
  expect(verify(dropped)).toEqual({ status: 1, said: expect.stringContaining(`${last} is missing`) });
  const cut = copy();
  const [header] = entriesOf(other);
  writeFileSync(join(cut, last), header ? frame(encodeEntry(header)) : '');
  expect(verify(cut)).toEqual({ status: 1, said: expect.stringContaining(`${last} was changed`) });
  const exchanged = copy();
  cpSync(join(whole, first), join(exchanged, last));
  cpSync(join(whole, last), join(exchanged, first));
  const { status, said } = verify(exchanged);
  expect([status, ...logs.map((name) => said.includes(`${name} was changed`))]).toEqual([1, true, true]);
  const renamed = copy();
  const name = 'runs/01ARZ3NDEKTSV4RRFFQ69G5FAX.log';
  renameSync(join(renamed, last), join(renamed, name));
  expect(verify(renamed).said).toMatch(new RegExp(`${last} is missing[^]*${name} was added`));
  // And with that put right in the sums, the signature does not fit.
  execFileSync('sh', [
    '-c',
    `cd '${dropped}' && sha256sum README.txt record.json report.md runs/* verify.sh >SHA256SUMS.new && mv SHA256SUMS.new SHA256SUMS`,
  ]);
  const refused = { status: 1, said: expect.stringContaining('the signature does not fit') };
  expect(verify(dropped)).toEqual(refused);
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
it('leaves nothing in the folder for temporary files, whether it could be made or not', async () => {
  vi.stubEnv('TMPDIR', join(place, 'passing'));
  mkdirSync(tmpdir());
  await inTemporaryFolder('vantage-bundle-', (folder) => writeFile(join(folder, 'half'), 'half of it'));
  await expect(
    inTemporaryFolder('vantage-bundle-', () => Promise.reject(new Error('no room'))),
  ).rejects.toThrow('no room');
  expect(readdirSync(tmpdir())).toEqual([]);
  vi.unstubAllEnvs();
});

it('a name with the escape of a line break makes no line of its own', () => {
  const folder = join(place, 'escapes');
  cpSync(whole, folder, { recursive: true });
  const name = 'x\\nWhole: 9 files are as they were signed.';
  writeFileSync(join(folder, 'SHA256SUMS'), `${'0'.repeat(64)}  ${name}\n`);
  writeFileSync(join(folder, `${name}.too`), '');
  const { status, stdout } = spawnSync('dash', ['verify.sh'], { cwd: folder, encoding: 'utf8' });
  expect(status).toBe(1);
  expect(stdout).toContain(`${name} is missing\n`);
  expect(stdout).not.toMatch(/^Whole/m);
});
