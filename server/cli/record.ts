/** `vantage record`: runs every check of every writeup in a lab of its own, and writes the recordings that the site plays without a server. */
import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type Output, type RunEvent, type Recording, recordingSchema } from '../../src/core/run/entry.ts';
import { labsOf, writeupsIn } from '../content/labs.ts';
import type { LoadedCheck, LoadedWriteup } from '../content/load.ts';
import type { Lab } from '../lab/lab.ts';
import type { Transport } from '../agent/contract.ts';
import { runOnFleet, stepsOnFleet } from '../runs/runOnFleet.ts';
import { ulid } from '../store/ulid.ts';
import { CliError } from './command/exitStatus.ts';
import { inOwnLab } from './command/openTarget.ts';
import { oneLine } from './command/progress.ts';
import { loadWriteups } from './command/session.ts';
import { type CliContext, defineVerb } from './command/verb.ts';

type RecordedRun = Recording['runs'][number];

async function recordCheck(
  writeup: LoadedWriteup,
  { check, hash }: LoadedCheck,
  { lab, transport }: { lab: Lab; transport: Transport },
  { print, signal }: CliContext,
): Promise<RecordedRun> {
  const startedAt = performance.now();
  const began = new Date();
  const run: RecordedRun = [];
  const emit = (body: RunEvent | Output) => {
    const at = Math.round(performance.now() - startedAt);
    if (body.kind !== 'output') return void run.push({ seq: run.length, at, body });
    const { kind, step, stream, bytes } = body;
    const base64 = Buffer.from(bytes).toString('base64');
    run.push({ seq: run.length, at, body: { kind, step, stream, base64 } });
  };
  emit({
    ...{ kind: 'header', run: ulid(began.getTime()), writeup: writeup.id, check: check.id, checkHash: hash },
    documented: check.documented.value,
    ...stepsOnFleet(check, lab.fleet),
    ...{ fleet: lab.fleet.name, source: 'recording', condition: lab.condition, commit: '' },
    ...{ startedAt: began.toISOString(), title: check.title, by: 'vantage record' },
  });
  const judgement = await runOnFleet(
    {
      ...{ check, transport, emit, signal, now: () => performance.now() },
      credentials: { kind: 'documented' },
    },
    lab.fleet,
  );
  emit({ kind: 'judged', judgement });
  emit({ kind: 'closed', how: 'finished', endedAt: new Date().toISOString() });
  const why = judgement.problem ? `: ${judgement.problem.message}` : '';
  print(`${writeup.id}/${check.id}: ${judgement.verdict}, ${oneLine(judgement.observed + why)}`);
  if (judgement.verdict !== 'agrees')
    throw new CliError(
      `${check.id} does not agree in the lab, so nothing was recorded. Fix the check first.`,
    );
  return run;
}

export const recordVerb = defineVerb({
  name: 'record',
  about: 'makes the recordings that the site plays without a server',
  options: {},
  notes: `Runs every check of every writeup in a lab of its own and writes content/*/recordings.json anew.
To keep a run in the data folder, use: vantage run … --record`,
  cancels: true,
  async run(_, context) {
    const { root, print: log, signal, out } = context;
    const writeups = await loadWriteups(root);
    for (const described of labsOf(writeups)) {
      await inOwnLab('vantage-record-', { lab: described, log, signal }, async (open) => {
        for (const writeup of writeupsIn(writeups, described)) {
          const runs: RecordedRun[] = [];
          for (const check of writeup.checks.values())
            runs.push(await recordCheck(writeup, check, open, context));
          const recording = recordingSchema.parse({ recordedAt: new Date().toISOString(), runs });
          const file = join(root, 'content', writeup.id, 'recordings.json');
          writeFileSync(file, `${JSON.stringify(recording, null, 1)}\n`);
          out(`${relative(root, file)}: ${runs.length} runs\n`);
        }
      });
    }
  },
});
