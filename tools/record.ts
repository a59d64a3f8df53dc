/** `npm run record`: takes every check of every writeup in the lab and keeps the runs as the recordings that the site plays without a server. */
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadContent, type LoadedCheck, type LoadedWriteup } from '../server/content/load.ts';
import { type Lab, startLab } from '../server/lab/lab.ts';
import { sshReach } from '../server/reach/ssh.ts';
import type { Reach } from '../server/reach/contract.ts';
import { takeCheck } from '../server/run/take.ts';
import { ulid } from '../server/store/ulid.ts';
import type { Output, RunEvent } from '../src/core/entry.ts';
import { type Recording, recordingSchema } from '../src/core/recording.ts';

const content = fileURLToPath(new URL('../content', import.meta.url));
type RecordedRun = Recording['runs'][number];

async function record(
  writeup: LoadedWriteup,
  { check, hash }: LoadedCheck,
  lab: Lab,
  reach: Reach,
): Promise<RecordedRun> {
  const startedAt = performance.now();
  const began = new Date();
  const run: RecordedRun = [];
  const emit = (body: RunEvent | Output) => {
    const kept =
      body.kind === 'output'
        ? {
            kind: body.kind,
            step: body.step,
            stream: body.stream,
            base64: Buffer.from(body.bytes).toString('base64'),
          }
        : body;
    run.push({ seq: run.length, at: Math.round(performance.now() - startedAt), body: kept });
  };
  emit({
    ...{
      kind: 'header',
      run: ulid(began.getTime()),
      writeup: writeup.id,
      check: check.id,
      checkHash: hash,
      documented: check.documented.value,
    },
    steps: check.steps.map(({ id, vantage, command }) => ({ id, vantage, command })),
    ...{
      fleet: lab.fleet.name,
      provenance: 'recording',
      condition: lab.condition,
      startedAt: began.toISOString(),
      title: check.title,
      commit: '',
      by: 'npm run record',
    },
  });
  const judgement = await takeCheck({
    ...{ check, reach, emit, signal: new AbortController().signal, now: () => performance.now() },
    machineOf: (role) => lab.fleet.machines.find((machine) => machine.role === role),
  });
  emit({ kind: 'judged', judgement });
  emit({ kind: 'closed', how: 'finished', endedAt: new Date().toISOString() });
  console.log(
    `${writeup.id}/${check.id}: ${judgement.verdict}, ${judgement.observed}${judgement.problem ? `: ${judgement.problem.say}` : ''}`,
  );
  if (judgement.verdict !== 'agrees')
    throw new Error(
      `${check.id} does not agree in the lab, so nothing was recorded. Look at the check first.`,
    );
  return run;
}

const directory = await mkdtemp(join(tmpdir(), 'vantage-record-'));
const lab = await startLab({ directory: join(directory, 'lab'), log: (line) => console.log(line) });
const reach = sshReach(lab.fleet, { directory, log: (line) => console.log(line) });
try {
  for (const writeup of await loadContent(content)) {
    const runs: RecordedRun[] = [];
    for (const check of writeup.checks.values()) runs.push(await record(writeup, check, lab, reach));
    const recording = recordingSchema.parse({ recordedAt: new Date().toISOString(), runs });
    writeFileSync(join(content, writeup.id, 'recordings.json'), `${JSON.stringify(recording, null, 1)}\n`);
  }
} finally {
  await reach.close();
  await lab.stop();
  await rm(directory, { recursive: true, force: true });
}
