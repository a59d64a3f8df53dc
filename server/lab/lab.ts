/** The lab as the docs server and the tests use it: start or find it, ask it, stop it. */
import { createServer } from 'node:net';
import { once } from 'node:events';
import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { AS_DOCUMENTED } from '../../src/core/vocabulary.ts';
import { ask, watch } from './control.ts';
import { controlOf, defaultDirectory, isLeftover, validateSocketPaths, remove } from './directory.ts';
import { launch } from './launch.ts';
import { messageOf } from '../files/errors.ts';
import { LabError } from './problem.ts';
import type { LabPlan } from './labOrder.ts';
import type { LabDescription } from './description/description.ts';
import type { ConditionStatus, LabStatus, ServiceAction } from './protocol.ts';
import type { ProgramResult } from './machine/runProgram.ts';
import type { RootCommand } from '../gate/sudoers.ts';

export { LabError, type LabProblem } from './problem.ts';
export type { LabStatus } from './protocol.ts';
export { labPackages } from './requirements.ts';
export type { ProgramResult } from './machine/runProgram.ts';

export type Lab = ReturnType<typeof labOver>;

export type LabOptions = {
  readonly lab: LabDescription;
  readonly directory?: string;
  readonly log: (line: string) => void;
  readonly signal?: AbortSignal;
  readonly rootCommands?: readonly RootCommand[];
  /** The gate of each machine that has one installed. */
  readonly gates?: LabPlan['gates'];
  /** Machines on which nothing of ours is installed. */
  readonly bare?: boolean;
  readonly root?: string;
  readonly condition?: string;
  /** `detached` leaves the lab running when this process ends. */
  readonly mode?: 'tied' | 'detached';
};

const startLimitMs = 15_000;
const statusLimitMs = 5000;

/** Starts the lab, tied to this process, or joins the detached one that is up. Throws LabError. */
export async function startLab(options: LabOptions): Promise<Lab> {
  const { lab } = options;
  const directory = options.directory ?? defaultDirectory(lab.name);
  validateSocketPaths(
    directory,
    lab.machines.map(({ name }) => name),
  );
  const unlock = await lock(directory);
  try {
    return (await findLab(directory)) ?? (await newLab(directory, options));
  } finally {
    unlock();
  }
}

/** The detached lab of that directory, or nothing. Throws LabError `busy` when the lab there belongs to a server, or is of an older Vantage. */
export async function findLab(directory: string): Promise<Lab | undefined> {
  const status = await labStatus(directory);
  if (status === undefined) return undefined;
  if (status.mode === 'tied') {
    const message = `Another docs server (process ${status.startedBy}) has the lab in ${directory}; stop that server first, or use the one that runs.`;
    throw new LabError({ kind: 'busy', message });
  }
  if (!Number.isInteger(status.changes)) {
    const message = `The lab in ${directory} was started by an older Vantage, which does not tell when its condition changes. End it with \`npx vantage lab down\`, and start it again.`;
    throw new LabError({ kind: 'busy', message });
  }
  const condition = await watchCondition(directory);
  const left = condition.ended.then(() => 'the detached lab was stopped, or this process has left it');
  return labOver(directory, status, condition, left, async () => condition.release());
}

/** The status of the lab in that directory; undefined when there is none. Throws LabError when it does not answer. */
export async function labStatus(directory: string): Promise<LabStatus | undefined> {
  try {
    return (await ask(controlOf(directory), { do: 'status' }, statusLimitMs)) as LabStatus;
  } catch (thrown) {
    // No lab, or the socket of a dead one.
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
    if (code === 'ENOENT' || code === 'ECONNREFUSED' || code === 'ENOTDIR') return undefined;
    const message = `A lab is in ${directory}, but does not answer (${messageOf(thrown)}); end the server that started it, then try again.`;
    throw new LabError({ kind: 'busy', message });
  }
}

/** Removes the files of a killed lab; returns whether there were any. Leaves a running or starting lab alone. */
export async function removeDead(directory: string): Promise<boolean> {
  if (!isLeftover(directory)) return false;
  const unlock = await lock(directory);
  try {
    if ((await labStatus(directory)) !== undefined || !isLeftover(directory)) return false;
    remove(directory);
    return true;
  } finally {
    unlock();
  }
}

async function newLab(directory: string, options: LabOptions): Promise<Lab> {
  const mode = options.mode ?? 'tied';
  const {
    lab,
    condition = AS_DOCUMENTED,
    rootCommands = lab.rootCommands,
    gates = {},
    bare = false,
    root = '/',
  } = options;
  const plan: LabPlan = {
    ...{ lab, directory, mode, startedBy: process.pid, condition, rootCommands, gates, bare, root },
  };
  const launched = await launch(plan, options.log, options.signal);
  const watched = await watchCondition(directory);
  options.signal?.addEventListener('abort', () => launched.release(), { once: true });
  if (mode === 'detached') launched.release();
  // What keeps this process is the lab's own.
  watched.unref();
  return labOver(directory, watched.value as LabStatus, watched, launched.ended, async () => {
    if (mode === 'detached') await ask(controlOf(directory), { do: 'stop' });
    else launched.release();
    await launched.ended;
  });
}

type WatchedCondition = Awaited<ReturnType<typeof watchCondition>>;

/** Empty once the lab has ended. */
async function watchCondition(directory: string) {
  let known: ConditionStatus = { condition: '', changes: -1, isPassing: false };
  const listeners = new Set<(condition: string) => void>();
  const note = (next: ConditionStatus): void => {
    if (next.changes <= known.changes) return;
    known = next;
    if (!next.isPassing) for (const listener of listeners) listener(next.condition);
  };
  const watching = await watch(controlOf(directory), (status) => note(status as ConditionStatus));
  void watching.ended.then(() =>
    note({ condition: '', changes: Number.POSITIVE_INFINITY, isPassing: false }),
  );
  return { ...watching, note, listeners, name: () => known.condition };
}

/**
 * `ended` resolves with the reason when the lab has ended, or was left. `stop` ends the lab; a detached lab that was only found is left running.
 * `condition` is the one when it was started or found; `conditionNow` that of now, empty when the lab has ended.
 */
function labOver(
  directory: string,
  { fleet, condition }: LabStatus,
  watched: WatchedCondition,
  ended: Promise<string>,
  stop: () => Promise<void>,
) {
  const control = controlOf(directory);
  const send = async (request: Parameters<typeof ask>[1]): Promise<void> =>
    void (await ask(control, request));
  const status = async () => {
    const found = (await ask(control, { do: 'status' })) as LabStatus;
    watched.note(found);
    return found;
  };
  return {
    ...{ fleet, condition, directory, stop, ended, status },
    async conditionNow(): Promise<string> {
      // Of two things that have come, what the lab told of itself is heard before what its machines answered.
      await new Promise((resolve) => setImmediate(resolve));
      return watched.name();
    },
    /** Calls back with each condition that is on, not with the base on the way to it. */
    onCondition: (listener: (condition: string) => void) => void watched.listeners.add(listener),
    /** A cause, with a remedy on top of it or none. The lab goes through its base; a second call waits for the first. */
    setCondition: (name: string, remedy?: string) =>
      send({ do: 'condition', name, ...(remedy === undefined ? {} : { remedy }) }).finally(() =>
        // What it was refused for says more.
        status().catch(() => {}),
      ),
    exec: async (machine: string, argv: readonly string[], { asRoot = false } = {}) =>
      (await ask(control, { do: 'exec', machine, argv: [...argv], asRoot })) as ProgramResult,
    machineDown: (machine: string) => send({ do: 'machine', machine, state: 'down' }),
    machineUp: (machine: string) => send({ do: 'machine', machine, state: 'up' }),
    service: (service: string, order: ServiceAction) => send({ do: 'service', service, order }),
  };
}

/** One start at a time per directory. An abstract socket, because the kernel frees it when its process is killed. */
async function lock(directory: string): Promise<() => void> {
  const name = `\0vantage-lab-${process.getuid?.()}-${createHash('sha256').update(directory).digest('hex').slice(0, 16)}`;
  const deadline = performance.now() + startLimitMs;
  for (;;) {
    const server = createServer((socket) => socket.destroy());
    const isTaken = await Promise.race([
      once(server, 'error').then(() => true),
      once(server.listen(name), 'listening').then(() => false),
    ]).catch(() => true);
    if (!isTaken) return () => void server.close();
    if (performance.now() > deadline) {
      const message = `Another process has been starting the lab in ${directory} for more than ${startLimitMs / 1000} s; end it and try again.`;
      throw new LabError({ kind: 'busy', message });
    }
    await pause(50);
  }
}
