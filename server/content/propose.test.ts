// The ready change to a check: only literals, every other byte as it was, and what it cannot decide is said.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { checkSchema } from '../../src/core/check/check.ts';
import type { CompleteStep } from '../../src/core/judge/evidence.ts';
import { judge } from '../../src/core/judge/judge.ts';
import type { RunRecord } from '../../src/core/run/record.ts';
import { resultsOf } from '../../src/core/judge/samples.ts';
import type { LoadedCheck } from './load.ts';
import { loadContent } from './load.ts';
import { proposeChange, withLiterals } from './propose.ts';
import { readYaml } from '../files/yaml.ts';

const content = fileURLToPath(new URL('../../content', import.meta.url));

/** A project with the writeup and one check of it, whose text may be changed first. */
async function project(id: string, change: (text: string) => string = (text) => text) {
  const root = mkdtempSync(join(tmpdir(), 'vantage-propose-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  cpSync(content, join(root, 'content'), { recursive: true });
  const file = join(root, 'content/wsl2-mirrored-networking/checks', `${id}.yaml`);
  writeFileSync(file, change(readFileSync(file, 'utf8')));
  const writeup = (await loadContent(join(root, 'content'))).find(({ checks }) => checks.has(id));
  const loaded = writeup?.checks.get(id);
  if (!writeup || !loaded) throw new Error(`expected the check ${id}`);
  return { root, writeup, loaded, text: readFileSync(file, 'utf8'), file };
}

/** The record of a run in which came back what a sample of the check says. */
function recordOf({ check, hash }: LoadedCheck, sample: string, more: Partial<CompleteStep> = {}): RunRecord {
  const found = check.samples.find(({ name }) => name === sample);
  if (!found) throw new Error(`expected a sample "${sample}"`);
  const results = new Map(
    [...resultsOf(check, found)].map(([id, result]) => [
      id,
      result.how === 'complete' ? { ...result, step: { ...result.step, ...more } } : result,
    ]),
  );
  const identity = { hostName: '', machineId: '', kernel: '', user: '', hostKey: '', gate: '' };
  const end = { bytes: 0, sha256: '' };
  const complete = [...results].flatMap(([id, result]) =>
    result.how === 'complete' ? [{ id, ...result.step }] : [],
  );
  const bytes = (text: string) => new TextEncoder().encode(text);
  return {
    view: {
      header: {
        ...{ kind: 'header', run: '', writeup: '', check: check.id, title: '', checkHash: hash },
        documented: check.documented.value,
        ...{ steps: [], fleet: '', source: 'live', condition: '', startedAt: '', commit: '', by: '' },
      },
      state: 'finished',
      steps: complete.map(({ id, exit, seconds }) => ({
        ...{ state: 'ended', step: id, machine: 'm', identity, bytes: 0, seconds },
        ended: { how: 'complete', exit, stdout: end, stderr: end },
      })),
      notes: [],
      judgement: judge(check, results),
      next: 9,
    },
    times: new Map(),
    output: new Map(
      complete.map(({ id, stdout, stderr }) => [
        id,
        {
          head: [
            { stream: 'stdout' as const, at: 0, bytes: bytes(stdout) },
            { stream: 'stderr' as const, at: 0, bytes: bytes(stderr) },
          ],
          beyond: 0,
          tail: [],
        },
      ]),
    ),
  };
}

const changedLines = (diff: string) => diff.split('\n').filter((line) => /^[-+](?![-+])/.test(line));

test('only literal parts change: the documented result and what was compared with `eq`; expressions and comments stay', async () => {
  const { root, writeup, loaded, text, file } = await project('self-own-address');
  const proposal = proposeChange(writeup, loaded, recordOf(loaded, 'the backend answers'));
  expect(changedLines(proposal.diff)).toEqual([
    '-  result: ❌ Connection refused',
    '-  value: Connection refused',
    "+  result: '❌ connected, HTTP 200'",
    "+  value: 'connected, HTTP 200'",
    '-  - { kind: exit, step: connect, is: { eq: 7 } }',
    '+  - { kind: exit, step: connect, is: { eq: 0 } }',
    '-  - { kind: value, value: connects, is: { eq: 0 } }',
    '+  - { kind: value, value: connects, is: { eq: 1 } }',
  ]);
  const applied = spawnSync('git', ['apply', '-'], {
    cwd: root,
    input: proposal.diff,
    encoding: 'utf8',
  });
  expect(applied).toMatchObject({ status: 0, stderr: '' });
  const after = readFileSync(file, 'utf8');
  expect(after).not.toBe(text);
  const comments = (yaml: string) => yaml.split('\n').filter((line) => line.trim().startsWith('#'));
  expect(comments(after)).toEqual(comments(text));
  expect(readYaml(after, file, checkSchema).faults).toEqual([]);
  expect(after).toContain('{ kind: value, value: seconds, is: { lt: 1 } }');
});

test('what cannot be changed as a literal, and samples that no longer come out as stated, are named', async () => {
  const { writeup, loaded } = await project('self-own-address');
  const { message } = proposeChange(writeup, loaded, recordOf(loaded, 'the backend answers'));
  expect(message).toContain(
    'Change this by hand, because it is no literal: expect.1 (`reason` is Connection refused; found: no line of stderr',
  );
  expect(message).toContain('Check the sign in the documented cell (❌ Connection refused) by hand.');
  expect(message).toMatch(
    /Mend by hand before the content builds, samples\.\d+: sample "the lab, as documented" must be judged agrees/,
  );
});

test('a wildcard that does not hold is named, and never narrowed', async () => {
  const { writeup, loaded } = await project('self-own-address');
  const { diff, message } = proposeChange(writeup, loaded, recordOf(loaded, 'refused late'));
  expect(changedLines(diff)).toEqual([
    '-  result: ❌ Connection refused',
    '-  value: Connection refused',
    '+  result: ❌ Connection refused after 3.02 s',
    '+  value: Connection refused after 3.02 s',
  ]);
  expect(message).toContain('expect.3 (`seconds` is less than 1; found: 3.02)');
});

test('nothing is proposed from a run that agrees, concluded nothing, or was of another version of the check', async () => {
  const { writeup, loaded } = await project('self-own-address');
  const from = (sample: string, check = loaded) => proposeChange(writeup, loaded, recordOf(check, sample));
  expect(from('the lab, as documented')).toMatchObject({
    diff: '',
    message: expect.stringContaining('there is nothing to change'),
  });
  expect(from('ss says nothing')).toMatchObject({
    diff: '',
    message: expect.stringContaining('concluded nothing'),
  });
  const variant = { of: 'self', values: { address: '192.0.2.1' } };
  const one = { ...loaded, check: { ...loaded.check, variant } };
  expect(proposeChange(writeup, one, recordOf(loaded, 'the backend answers'))).toMatchObject({
    diff: '',
    message: expect.stringContaining(
      'by its parameters, so change it by hand: for address 192.0.2.1 the documented value is "Connection refused"',
    ),
  });
  expect(from('the backend answers', { ...loaded, hash: 'other' })).toMatchObject({
    diff: '',
    message: expect.stringContaining('changed since this run'),
  });
});

test('a value that is written keeps its type and its place, however it looks', () => {
  const yaml = 'a: { eq: yes it is } # why\nb: "7"   # seven\nc: >-\n  two\n  lines\nd: 1\n';
  const written = withLiterals(yaml, [
    { path: ['a', 'eq'], value: 'x, y: {z} # no' },
    { path: ['b'], value: '8' },
    { path: ['c'], value: "it's" },
    { path: ['d'], value: 2 },
  ]);
  expect(written).toBe("a: { eq: 'x, y: {z} # no' } # why\nb: '8'   # seven\nc: it's\nd: 2\n");
});

test('from a run of several machines nothing is proposed', async () => {
  const { loaded, writeup } = await project('plain-curl');
  const run = recordOf(loaded, loaded.check.samples[1]?.name ?? '');
  const header = { ...run.view.header, members: { role: 'web', machines: ['web-1', 'web-2'] } };
  const judgement = { verdict: 'differs' as const, findings: [], observed: 'x', means: '', judge: 1 };
  const found = proposeChange(writeup, loaded, { ...run, view: { ...run.view, header, judgement } });
  expect(found).toMatchObject({ diff: '', message: expect.stringMatching(/^This run is of 2 machines, /) });
});
