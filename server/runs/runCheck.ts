/** Runs a check once: its steps in order, captures in the background, and the judgement. */
import type { Step, StepCredentials } from '../../src/core/check/check.ts';
import { problemOfEnd, type StepResult } from '../../src/core/judge/evidence.ts';
import { judge } from '../../src/core/judge/judge.ts';
import type { Judgement } from '../../src/core/run/judgement.ts';
import { fillInput } from '../../src/core/check/input.ts';
import { judgedStreams } from '../../src/core/check/namedSteps.ts';
import type { Problem } from '../../src/core/vocabulary.ts';
import { credentialVariables, credentialsForStep } from '../fleet/credentials.ts';
import { type Channel, type CommandRequest, type CommandResult, TransportError } from '../agent/contract.ts';
import { mayLeaveRoot } from '../agent/commandRequest.ts';
import type { RunCheckOptions } from './options.ts';
import { awaitStepEnd } from './awaitStepEnd.ts';
import { createLineWatch, type LineWatch } from './lineWatch.ts';
import { repeatStep } from './repeatStep.ts';
import { createStepOutput, type StepOutput } from './stepOutput.ts';

type Failed = Extract<StepResult, { how: 'problem' }>;
type RunningStep = {
  readonly step: Step;
  readonly channel: Channel;
  readonly ended: Promise<CommandResult>;
  readonly watch: LineWatch;
  readonly output: StepOutput;
  /** What our own code threw at the output. */
  readonly thrown: readonly unknown[];
  readonly startedAt: number;
};

/** What a machine does is a problem in the judgement. Rejects only if our own code throws, once nothing of the check runs any more. */
export async function runCheck(options: RunCheckOptions): Promise<Judgement> {
  const { check, emit, signal, transport, machineOf } = options;
  const results = new Map<string, StepResult>();
  // Masked from the first step on.
  const secrets = new Map(
    check.steps.flatMap(({ credentials }) => [
      ...((credentials && credentialsForStep(credentials, options.credentials)?.secrets) ?? []),
    ]),
  );
  const background: RunningStep[] = [];
  const thrown: unknown[] = [];
  const start = async (step: Step, own: RunCheckOptions): Promise<RunningStep | Failed> => {
    const started = signal.aborted ? cancelled(step.id) : await startStep(step, own, secrets);
    if (!('kind' in started)) return started;
    own.emit({ kind: 'step-failed', step: step.id, problem: started });
    return { how: 'problem', problem: started };
  };
  const runOnce = async (step: Step, own: RunCheckOptions): Promise<StepResult> => {
    const started = await start(step, own);
    return 'how' in started ? started : finishStep(started, own, secrets);
  };
  /** Undefined for a capture that goes on in the background. */
  const runStep = async (step: Step): Promise<StepResult | undefined> => {
    if (step.runs === 'foreground')
      return step.repeat ? repeatStep(step, step.repeat, options, results, runOnce) : runOnce(step, options);
    const started = await start(step, options);
    if ('how' in started) return started;
    const problem = await awaitReady(started, step);
    if (problem === undefined) {
      emit({ kind: 'step-note', step: step.id, message: `\`${step.id}\` is listening` });
      background.push(started);
      return undefined;
    }
    started.channel.cancel();
    const result = await finishStep(started, options, secrets);
    return signal.aborted && result.how === 'problem' ? result : { how: 'problem', problem };
  };
  let hasFailed = false;
  try {
    for (const [position, step] of check.steps.entries()) {
      const next = check.steps[position + 1];
      const machine = next && machineOf(next.role);
      // Most foreground steps leave their own agent to the next one.
      const leavesAgent = step.runs === 'foreground' && step.role === next?.role && !mayLeaveRoot(step);
      if (machine && !leavesAgent) transport.prepare(machine.name);
      const result = await runStep(step);
      if (result !== undefined) results.set(step.id, result);
      hasFailed = result?.how === 'problem';
      if (hasFailed) break;
    }
  } catch (error) {
    hasFailed = true;
    thrown.push(error);
  }
  for (const running of background) {
    const { step, channel, watch } = running;
    if (!hasFailed && step.runs === 'background' && step.until) await watch.waitFor(step.until, signal);
    if (hasFailed || signal.aborted) channel.cancel();
    else {
      channel.stop();
      emit({ kind: 'step-note', step: step.id, message: `\`${step.id}\` was asked to stop` });
    }
    // If one throws, the others still have to end.
    await finishStep(running, options, secrets).then(
      (result) => results.set(step.id, result),
      (error: unknown) => thrown.push(error),
    );
  }
  if (thrown.length > 0) throw thrown[0];
  return judge(check, results);
}

/** Opens a channel and sends the command, or says why not. */
async function startStep(
  step: Step,
  { check, transport, machineOf, credentials, emit, signal, now, onBytes }: RunCheckOptions,
  secrets: ReadonlyMap<string, string>,
): Promise<RunningStep | Problem> {
  const problem = (kind: Problem['kind'], message: string): Problem => ({ kind, step: step.id, message });
  const machine = machineOf(step.role);
  if (!machine)
    return problem(
      'no-such-vantage',
      `The fleet has no machine with the role \`${step.role}\`. Give one host of the inventory \`vantage_role: ${step.role}\`.`,
    );
  const given = step.credentials && credentialsForStep(step.credentials, credentials);
  if (step.credentials !== undefined && given === undefined)
    return problem('no-credentials', missingCredentials(step.id, step.credentials));
  const input = step.input && fillInput(step.input, new Map([...secrets, ...(given?.values ?? [])]));
  if (step.input !== undefined && input === undefined)
    return problem(
      'blocked',
      `\`${step.id}\` needs a value that an earlier step did not give. Look at that step first.`,
    );
  let channel: Channel;
  try {
    channel = await transport.open(machine.name, signal);
  } catch (error) {
    if (signal.aborted) return cancelled(step.id);
    if (error instanceof TransportError) return problem(error.problem, error.message);
    throw error;
  }
  const { identity } = channel;
  if (machine.machineId !== undefined && machine.machineId !== identity.machineId) {
    channel.close();
    return problem(
      'wrong-machine',
      `${machine.name} (${machine.address}) must be the machine ${machine.machineId}, and ${identity.hostName} with ${identity.machineId} answered. Nothing was run. Correct the inventory, or find out who answers at that address.`,
    );
  }
  emit({ kind: 'step-started', step: step.id, machine: machine.name, identity });
  const extracts = step.runs === 'foreground' ? step.extracts : undefined;
  const output = createStepOutput(step.id, secrets, extracts, judgedStreams(check, step.id), emit);
  const watch = createLineWatch();
  const request: CommandRequest = {
    id: `${check.id}/${step.id}`,
    command: step.command,
    limits: step.limits,
    ...(input === undefined ? {} : { input }),
    ...(step.runs === 'background' && step.stop !== undefined ? { stop: step.stop } : {}),
  };
  const startedAt = now();
  const thrown: unknown[] = [];
  const ended = channel.run(request, (stream, bytes) => {
    if (thrown.length > 0) return;
    // Thrown from here, it would go up through the socket and end the server.
    try {
      onBytes?.(stream, bytes);
      output.push(stream, bytes);
      if (step.runs === 'background') watch.push(stream, bytes);
    } catch (error) {
      thrown.push(error);
      channel.cancel();
    }
  });
  return { step, channel, ended, watch, output, thrown, startedAt };
}

/** Waits for the line that says that a capture listens; a problem if it does not come. */
async function awaitReady(
  { ended, watch, output }: RunningStep,
  { id, ready }: Extract<Step, { runs: 'background' }>,
): Promise<Problem | undefined> {
  const isReady = await Promise.race([watch.waitFor(ready), ended.then(() => false)]);
  if (isReady) return undefined;
  const last = output.text('stderr').trim().split('\n').at(-1) ?? '';
  return {
    kind: 'not-ready',
    step: id,
    message: `\`${id}\` did not start to listen within ${ready.seconds} s${last === '' ? '' : `; it said: ${last}`}. Nothing was sent, so nothing can be concluded. Check the rights and the interface on the machine.`,
  };
}

/** Waits for the end of a step, and returns what the judge may see. */
async function finishStep(
  running: RunningStep,
  { emit, signal, now }: RunCheckOptions,
  secrets: Map<string, string>,
): Promise<StepResult> {
  const { step, channel, watch, output, thrown, startedAt } = running;
  const ended = await awaitStepEnd(running, signal);
  channel.close();
  watch.close();
  if (thrown.length > 0) throw thrown[0];
  output.end(ended, secrets);
  const seconds = Math.max(0, (now() - startedAt) / 1000);
  emit({ kind: 'step-ended', step: step.id, ended, seconds });
  const problem = problemOfEnd(step.id, ended, step.limits);
  if (problem) return { how: 'problem', problem };
  const exit = 'exit' in ended ? ended.exit : -1;
  return {
    how: 'complete',
    step: { exit, stdout: output.text('stdout'), stderr: output.text('stderr'), seconds },
  };
}

function missingCredentials(step: string, { of, documented }: StepCredentials): string {
  const fields = Object.keys(documented);
  return `\`${step}\` logs in, and this server has no credentials \`${of}\` (${fields.join(', ')}) for real machines. Nothing was sent. Its operator names them with --credentials FILE, or in ${credentialVariables(of, fields)}.`;
}

const cancelled = (step: string): Problem => ({
  ...{ kind: 'cancelled', step },
  message: `The run was cancelled before \`${step}\` started. Run the check again.`,
});
