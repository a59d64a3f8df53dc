/** What is soaked: a lab that outlives its server, and a server that can be killed and started again at the same address. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setPriority } from 'node:os';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { loadContent } from '../../server/content/load.ts';
import { gatesFor } from '../../server/gate/gates.ts';
import { defaultDirectory } from '../../server/lab/directory.ts';
import type { Lab } from '../../server/lab/lab.ts';
import type { ProbeResult, Question, Word } from '../serve.ts';
import { SERVER_FLAGS } from '../../tools/setup/node.mjs';
import { root, site } from '../setup.ts';
import { writeHolds } from './holds.ts';
import { startTestLab, testLab, testMachines } from '../../server/lab/testing-lab.ts';
import { copyContent } from '../content.ts';

export type Stage = {
  readonly address: string;
  /** The folder with everything of this soak; the server's records are in `data` there. */
  readonly directory: string;
  /** The server's process now. */
  pid(): number;
  /** A part begins here: from here on the delays of its event loop are its own. */
  begin(): Promise<void>;
  /** What the server sees of itself, after a collection of garbage if asked for. */
  look(collect?: boolean): Promise<ProbeResult>;
  /** The last look at each server that there has been. */
  readonly looks: ReadonlyMap<number, ProbeResult>;
  /** Ends the server without a word. */
  kill(): Promise<void>;
  /** Starts it again where it was. */
  start(): Promise<void>;
  /** How many processes on all machines have exactly this command line, an expression of pgrep. */
  running(line: string): Promise<number>;
  runningOn(machine: string, line: string): Promise<number>;
  close(): Promise<void>;
};

/** Throws with the server's own sentence when it does not come. */
export async function openStage(): Promise<Stage> {
  const directory = mkdtempSync('/tmp/vantage-soak-');
  // The lab lies in the run-time directory: with one of our own, no other server's lab is met or disturbed.
  process.env.XDG_RUNTIME_DIR = join(directory, 'run');
  mkdirSync(join(directory, 'run'), { mode: 0o700 });
  const content = join(directory, 'content');
  copyContent(root, content);
  writeHolds(content);
  const gates = gatesFor(await loadContent(content));
  const lab = await startTestLab({
    directory: defaultDirectory(testLab.name),
    mode: 'detached',
    gates,
    log: () => {},
  });
  let server: Served | undefined;
  const end = async () => {
    await server?.stop();
    // A detached lab holds nobody: without this the process would be over before the lab is.
    const here = setInterval(() => {}, 1000);
    await lab.stop();
    clearInterval(here);
    rmSync(directory, { recursive: true, force: true });
  };
  // Once, however many ask: after a signal the measurement breaks off and asks too.
  let ending: Promise<void> | undefined;
  const close = () => (ending ??= end());
  const breakOff = (code: number) => void close().finally(() => process.exit(code));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => breakOff(130));
  // A page that cannot be opened, as all are after a signal: the process must not be over before the lab is.
  process.on('unhandledRejection', (error) => {
    if (ending === undefined) process.stderr.write(`The soak breaks off. ${String(error)}\n`);
    breakOff(1);
  });
  const places = [join(directory, 'data'), existsSync(site) ? site : directory, content];
  const now = (): Served => {
    if (server === undefined) throw new Error('The server should be up, and it is not.');
    return server;
  };
  try {
    server = await serve(places, 0);
  } catch (error) {
    await close();
    throw error;
  }
  const { address } = server;
  const looks = new Map<number, ProbeResult>();
  return {
    ...{ address, directory, close },
    pid: () => now().pid,
    looks,
    async begin() {
      await now().look({ collect: false, begins: true });
    },
    async look(collect = false) {
      const look = await now().look({ collect, begins: false });
      looks.set(now().pid, look);
      return look;
    },
    async kill() {
      await now().kill();
      server = undefined;
    },
    async start() {
      server = await serve(places, Number(new URL(address).port));
    },
    runningOn: (machine, line) => runningOn(lab, machine, line),
    async running(line) {
      const counts = await Promise.all(testMachines.map((machine) => runningOn(lab, machine, line)));
      return counts.reduce((sum, count) => sum + count, 0);
    },
  };
}

export type Served = {
  readonly address: string;
  readonly pid: number;
  look(question: Question): Promise<ProbeResult>;
  kill(): Promise<void>;
  stop(): Promise<void>;
};

/** `auth`: the mode and its file; without them a server of the lab that everybody may use. */
export async function serve(
  places: readonly string[],
  port: number,
  auth: readonly string[] = [],
): Promise<Served> {
  const child = fork(join(root, 'bench/serve.ts'), [...places, String(port), ...auth], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: ['--expose-gc', ...SERVER_FLAGS],
  });
  const exited = once(child, 'exit');
  const word = await Promise.race([
    wordOf(child),
    exited.then(() => ({ failed: 'The server ended before it was ready.' })),
  ]);
  if (!('ready' in word)) {
    child.kill('SIGKILL');
    throw new Error('failed' in word ? word.failed : 'The server should have said that it is ready.');
  }
  yieldTo(word.ready.pid);
  return {
    ...word.ready,
    async look(question) {
      const answer = wordOf(child);
      child.send(question);
      const said = await answer;
      if (!('look' in said)) throw new Error('The server should have looked at itself.');
      return said.look;
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    async stop() {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}

/** On a fleet the machines have processors of their own; here the server shares two of them with all machines, so it goes first where root may say so. */
export function yieldTo(pid: number): void {
  try {
    setPriority(pid, -10);
  } catch {
    process.stderr.write(
      'The server shares its processor with the machines of the lab: root could put it first.\n',
    );
  }
}

const wordOf = (child: ChildProcess): Promise<Word> => once(child, 'message').then(([word]) => word as Word);

async function runningOn(lab: Lab, machine: string, line: string): Promise<number> {
  const argv = ['pgrep', '-c', '-f', '-x', line];
  return Number((await lab.exec(machine, argv, { asRoot: true })).stdout);
}

export const residentMib = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

/** Seconds of the processor that it has used so far: the kernel counts hundredths for every process. */
export function processorSeconds(pid: number): number {
  const [, , ...fields] = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/\(.*\)/s, '()')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Seconds that its main thread was ready and had no processor: what others on this machine took from the figures. */
export const waitedSeconds = (pid: number): number =>
  Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ')[1]) / 1e9;

/** The highest memory of the server while `work` goes on. */
export async function peakMib(stage: Pick<Stage, 'pid'>, work: () => Promise<void>): Promise<number> {
  let peak = residentMib(stage.pid());
  const looking = setInterval(() => {
    peak = Math.max(peak, residentMib(stage.pid()));
  }, 50);
  try {
    await work();
  } finally {
    clearInterval(looking);
  }
  return peak;
}
