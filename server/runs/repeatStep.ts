/** Runs a step again and again, as one session of the record: its output in order, one end, and notes of what changed when. */
import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Repeat, Step } from '../../src/core/check/check.ts';
import { createSeries } from '../../src/core/judge/samples.ts';
import { problemOfEnd, type StepResult } from '../../src/core/judge/evidence.ts';
import type { EndedStep } from '../../src/core/run/entry.ts';
import type { Judgement } from '../../src/core/run/judgement.ts';
import type { Stream } from '../agent/contract.ts';
import type { RunCheckOptions } from './options.ts';

/** Of what attempts found, where that changed; the last sentence says how many there were. */
const MOST_NOTES = 20;
const MOST_CHARS = 200;

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  delay(ms, undefined, { signal }).catch(() => {});

/** `attempt` runs the step once. */
export async function repeatStep(
  step: Step,
  { seconds, every, holds }: Repeat,
  options: RunCheckOptions,
  before: ReadonlyMap<string, StepResult>,
  attempt: (step: Step, options: RunCheckOptions) => Promise<StepResult>,
): Promise<StepResult> {
  const { check, emit, signal, now, wait = pause } = options;
  const series = createSeries(check, step, before);
  const streams = { stdout: counter(), stderr: counter() };
  const startedAt = now();
  const elapsed = (): number => Math.max(0, (now() - startedAt) / 1000);
  let machineId: string | undefined;
  let ended: EndedStep | undefined;
  const own: RunCheckOptions = {
    ...options,
    emit(body) {
      if (body.kind === 'step-ended') ended = body.ended;
      else if (body.kind !== 'step-started' || machineId === undefined) emit(body);
      if (body.kind === 'step-started') machineId ??= body.identity.machineId;
    },
    onBytes: (stream, bytes) => streams[stream].add(bytes),
    machineOf(role) {
      const machine = options.machineOf(role);
      return machine && machineId !== undefined ? { ...machine, machineId } : machine;
    },
  };
  const note = (message: string): void => emit({ kind: 'step-note', step: step.id, message });
  let notes = 0;
  let lastFound = '';
  for (let count = 1; ; count += 1) {
    const at = elapsed();
    ended = undefined;
    const left = step.limits.bytes - Math.max(streams.stdout.bytes(), streams.stderr.bytes());
    const result = await attempt({ ...step, limits: { ...step.limits, bytes: Math.max(1, left) } }, own);
    const all = ended && withStreams(ended, streams);
    const decided = series.add(overAll(step, result, all, elapsed()), at >= seconds);
    const found = foundIn(series.last());
    if (found !== lastFound && notes < MOST_NOTES) {
      notes += 1;
      note(`Attempt ${count} of \`${step.id}\` after ${at.toFixed(1)} s: ${found}.`);
    }
    lastFound = found;
    if (decided !== undefined) {
      const times = `\`${step.id}\` ran ${count === 1 ? 'once' : `${count} times`} in ${elapsed().toFixed(1)} s`;
      note(`${times}; what is expected had to hold ${holds}${at >= seconds ? `, for ${seconds} s` : ''}.`);
      if (all) emit({ kind: 'step-ended', step: step.id, ended: all, seconds: elapsed() });
      return decided;
    }
    await wait(Math.max(0, Math.min(every, seconds - elapsed())) * 1000, signal);
  }
}

/** The result as the step's: what it took in all, and its own limits in the words of a problem. */
function overAll(step: Step, result: StepResult, ended: EndedStep | undefined, seconds: number): StepResult {
  if (result.how === 'complete') return { how: 'complete', step: { ...result.step, seconds } };
  return { how: 'problem', problem: (ended && problemOfEnd(step.id, ended, step.limits)) ?? result.problem };
}

type Counter = ReturnType<typeof counter>;
function counter() {
  const hash = createHash('sha256');
  let bytes = 0;
  return {
    add(chunk: Uint8Array): void {
      hash.update(chunk);
      bytes += chunk.length;
    },
    bytes: () => bytes,
    end: () => ({ bytes, sha256: hash.copy().digest('hex') }),
  };
}

const withStreams = (ended: EndedStep, streams: Readonly<Record<Stream, Counter>>): EndedStep =>
  'exit' in ended ? { ...ended, stdout: streams.stdout.end(), stderr: streams.stderr.end() } : ended;

/** What an attempt came to, in a few words. */
function foundIn(judgement: Judgement | undefined): string {
  const failed = judgement?.findings.find(({ holds }) => !holds);
  if (judgement?.verdict === 'agrees') return 'holds';
  const text = failed ? `${failed.message}, found ${failed.observed}` : (judgement?.problem?.message ?? '');
  return text.length > MOST_CHARS ? `${text.slice(0, MOST_CHARS)}…` : text.replace(/\.$/, '');
}
