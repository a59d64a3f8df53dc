/** Takes a check once: its steps in order, captures meanwhile, secrets kept, and the judgement. Slots, storing and viewers are left to `hub.ts`. */
import type { Check, Step, StepCredentials } from '../../src/core/check/check.ts';
import type { RunEvent, Output } from '../../src/core/run/entry.ts';
import { problemOfEnd, type StepResult } from '../../src/core/judge/evidence.ts';
import { judge } from '../../src/core/judge/judge.ts';
import type { Judgement } from '../../src/core/run/judgement.ts';
import { fillInput } from '../../src/core/check/input.ts';
import type { Problem } from '../../src/core/vocabulary.ts';
import { type Credentials, credentialVariables, credentialsForStep } from '../fleet/credentials.ts';
import type { Machine } from '../fleet/fleet.ts';
import {
  type Channel,
  type CommandResult,
  type CommandRequest,
  type Transport,
  TransportError,
} from '../agent/contract.ts';
import { awaitStepEnd } from './awaitStepEnd.ts';
import { createLineWatch, type LineWatch } from './lineWatch.ts';
import { createStepOutput, type StepOutput } from './stepOutput.ts';

export type RunCheckOptions = {
  readonly check: Check;
  readonly transport: Transport;
  /** The machine that plays a role, if the fleet has one. */
  readonly machineOf: (role: string) => Machine | undefined;
  readonly credentials: Credentials;
  /** Everything that happens, in order. Never throws: what cannot be kept is the business of whoever keeps it. */
  readonly emit: (body: RunEvent | Output) => void;
  readonly signal: AbortSignal;
  /** Monotonic, in milliseconds. */
  readonly now: () => number;
};

type Running = {
  readonly step: Step;
  readonly channel: Channel;
  readonly ended: Promise<CommandResult>;
  readonly watch: LineWatch;
  readonly output: StepOutput;
  /** Throws what our own code threw at the output. */
  readonly mustBeWell: () => void;
  readonly startedAt: number;
};

/** Never rejects for what machines do: that is a problem in the judgement. When our own code throws, it rejects once nothing of the check runs any more. */
export async function runCheck(options: RunCheckOptions): Promise<Judgement> {
  const { check, emit, signal } = options;
  const results = new Map<string, StepResult>();
  // Hidden from the first step on, in whatever any of them says.
  const secrets = new Map(
    check.steps.flatMap(({ credentials }) => [
      ...((credentials && credentialsForStep(credentials, options.credentials)?.secrets) ?? []),
    ]),
  );
  const meanwhile: Running[] = [];
  const fail = (step: string, problem: Problem) => {
    results.set(step, { how: 'problem', problem });
    emit({ kind: 'step-failed', step, problem });
  };
  let failed = false;
  const broken: unknown[] = [];
  try {
    for (const step of check.steps) {
      const started = signal.aborted ? cancelled(step.id) : await start(step, options, secrets);
      if ('kind' in started) {
        fail(step.id, started);
        failed = true;
        break;
      }
      if (step.runs === 'background') {
        const notReady = await listening(started, step);
        if (!notReady) {
          emit({ kind: 'step-note', step: step.id, message: `\`${step.id}\` is listening` });
          meanwhile.push(started);
          continue;
        }
        started.channel.cancel();
        const result = await finish(started, options, secrets);
        results.set(
          step.id,
          signal.aborted && result.how === 'problem' ? result : { how: 'problem', problem: notReady },
        );
        failed = true;
        break;
      }
      const result = await finish(started, options, secrets);
      results.set(step.id, result);
      if (result.how === 'problem') {
        failed = true;
        break;
      }
    }
  } catch (error) {
    failed = true;
    broken.push(error);
  }
  for (const running of meanwhile) {
    const { step } = running;
    if (!failed && step.runs === 'background' && step.until) await running.watch.waitFor(step.until, signal);
    if (failed || signal.aborted) running.channel.cancel();
    else {
      running.channel.stop();
      emit({ kind: 'step-note', step: step.id, message: `\`${step.id}\` was asked to stop` });
    }
    // One that breaks leaves no other running.
    await finish(running, options, secrets).then(
      (result) => results.set(step.id, result),
      (error: unknown) => broken.push(error),
    );
  }
  if (broken.length > 0) throw broken[0];
  return judge(check, results);
}

/** Opens a channel and sends the order, or says why not. */
async function start(
  step: Step,
  { check, transport, machineOf, credentials, emit, signal, now }: RunCheckOptions,
  secrets: ReadonlyMap<string, string>,
): Promise<Running | Problem> {
  const machine = machineOf(step.role);
  if (!machine)
    return {
      kind: 'no-such-vantage',
      step: step.id,
      message: `The fleet has no machine with the role \`${step.role}\`. Give one host of the inventory \`vantage_role: ${step.role}\`.`,
    };
  const given = step.credentials && credentialsForStep(step.credentials, credentials);
  if (step.credentials !== undefined && given === undefined)
    return credentialsProblem(step.id, step.credentials);
  const input = step.input && fillInput(step.input, new Map([...secrets, ...(given?.values ?? [])]));
  if (step.input !== undefined && input === undefined)
    return {
      kind: 'blocked',
      step: step.id,
      message: `\`${step.id}\` needs a value that an earlier step did not give. Look at that step first.`,
    };
  let channel: Channel;
  try {
    channel = await transport.open(machine.name, signal);
  } catch (error) {
    if (signal.aborted) return cancelled(step.id);
    if (error instanceof TransportError)
      return { kind: error.problem, step: step.id, message: error.message };
    throw error;
  }
  const { identity } = channel;
  if (machine.machineId !== undefined && machine.machineId !== identity.machineId) {
    channel.close();
    return {
      kind: 'wrong-machine',
      step: step.id,
      message: `${machine.name} (${machine.address}) must be the machine ${machine.machineId}, and ${identity.hostName} with ${identity.machineId} answered. Nothing was run. Correct the inventory, or find out who answers at that address.`,
    };
  }
  emit({ kind: 'step-started', step: step.id, machine: machine.name, identity });
  const sealed = step.runs === 'foreground' ? step.extracts : undefined;
  const output = createStepOutput(step.id, secrets, sealed, emit);
  const watch = createLineWatch();
  const order: CommandRequest = {
    id: `${check.id}/${step.id}`,
    command: step.command,
    limits: step.limits,
    ...(input === undefined ? {} : { input }),
    ...(step.runs === 'background' && step.stop !== undefined ? { stop: step.stop } : {}),
  };
  const startedAt = now();
  const thrown: unknown[] = [];
  const ended = channel.run(order, (stream, bytes) => {
    if (thrown.length > 0) return;
    // Thrown from here it would go up through the socket and end the server, and with it everybody's runs.
    try {
      output.push(stream, bytes);
      if (step.runs === 'background') watch.push(stream, bytes);
    } catch (error) {
      thrown.push(error);
      channel.cancel();
    }
  });
  const mustBeWell = () => {
    if (thrown.length > 0) throw thrown[0];
  };
  return { step, channel, ended, watch, output, mustBeWell, startedAt };
}

/** Waits for the line that says that a capture listens; a problem if it does not come. */
async function listening(
  running: Running,
  step: Extract<Step, { runs: 'background' }>,
): Promise<Problem | undefined> {
  const gone = running.ended.then(() => false);
  const seen = await Promise.race([running.watch.waitFor(step.ready), gone]);
  if (seen) return undefined;
  const last = running.output.text('stderr').trim().split('\n').at(-1) ?? '';
  return {
    kind: 'not-ready',
    step: step.id,
    message: `\`${step.id}\` did not start to listen within ${step.ready.seconds} s${last === '' ? '' : `; it said: ${last}`}. Nothing was sent, so nothing can be concluded. Check the rights and the interface on the machine.`,
  };
}

/** Waits for the end of a step, tells it, and turns it into what the judge may see. */
async function finish(
  running: Running,
  { emit, signal, now }: RunCheckOptions,
  secrets: Map<string, string>,
): Promise<StepResult> {
  const { step, channel, output, startedAt } = running;
  const ended = await awaitStepEnd(running, signal);
  channel.close();
  running.watch.close();
  running.mustBeWell();
  output.end(ended, secrets);
  const seconds = Math.max(0, (now() - startedAt) / 1000);
  emit({ kind: 'step-ended', step: step.id, ended, seconds });
  const problem = problemOfEnd(step.id, ended, step.limits);
  if (problem) return { how: 'problem', problem };
  const exit = ended.how === 'lost' || ended.how === 'refused' ? -1 : ended.exit;
  return {
    how: 'complete',
    step: { exit, stdout: output.text('stdout'), stderr: output.text('stderr'), seconds },
  };
}

function credentialsProblem(step: string, { of, documented }: StepCredentials): Problem {
  const fields = Object.keys(documented);
  return {
    kind: 'no-credentials',
    step,
    message: `\`${step}\` logs in, and this server has no credentials \`${of}\` (${fields.join(', ')}) for real machines. Nothing was sent. Its operator names them with --credentials FILE, or in ${credentialVariables(of, fields)}.`,
  };
}

function cancelled(step: string): Problem {
  return {
    kind: 'cancelled',
    step,
    message: `The run was cancelled before \`${step}\` started. Take the check again.`,
  };
}
