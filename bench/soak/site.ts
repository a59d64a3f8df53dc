/** The site that is soaked: a lab that outlives its server, and a server that can be killed and started again at the same address. */
import { rmSync } from 'node:fs';
import { loadContent } from '../../server/content/load.ts';
import { gatesFor } from '../../server/gate/gates.ts';
import { defaultDirectory } from '../../server/lab/directory.ts';
import { startTestLab, testLab, testMachines } from '../../server/lab/testing-lab.ts';
import {
  writeManyChecks,
  type Folders,
  type MeasuredServer,
  startMeasuredServer,
  makeFolders,
} from '../fixtures/server.ts';
import { prioritize } from '../fixtures/process.ts';
import type { Self } from '../fixtures/serverProcess.ts';

export type SoakSite = Awaited<ReturnType<typeof startSoakSite>>;

/** A measured server that goes before the machines that share its processors. */
export async function startFirst(
  ...options: Parameters<typeof startMeasuredServer>
): Promise<MeasuredServer> {
  const server = await startMeasuredServer(...options);
  prioritize(server.pid);
  return server;
}

/** Rejects with the server's own sentence when it does not start. */
export async function startSoakSite() {
  const folders: Folders & { readonly directory: string } = makeFolders('/tmp/vantage-soak-');
  writeManyChecks(folders.content);
  const gates = gatesFor(await loadContent(folders.content));
  const lab = await startTestLab({
    ...{ directory: defaultDirectory(testLab.name), mode: 'detached', gates, log: () => {} },
  });
  let server: MeasuredServer | undefined;
  const end = async () => {
    await server?.stop();
    // Nothing of a detached lab keeps this process alive until the lab has stopped.
    const here = setInterval(() => {}, 1000);
    await lab.stop();
    clearInterval(here);
    rmSync(folders.directory, { recursive: true, force: true });
  };
  // After a signal the measurement breaks off and closes too.
  let ending: Promise<void> | undefined;
  const close = () => (ending ??= end());
  const breakOff = (code: number) => void close().finally(() => process.exit(code));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => breakOff(130));
  // A page that cannot be opened, as all are after a signal, must not end the process before the lab.
  process.on('unhandledRejection', (error) => {
    if (ending === undefined) process.stderr.write(`The soak breaks off. ${String(error)}\n`);
    breakOff(1);
  });
  const current = (): MeasuredServer => {
    if (server === undefined) throw new Error('The server should be up, and it is not.');
    return server;
  };
  try {
    server = await startFirst(folders);
  } catch (error) {
    await close();
    throw error;
  }
  const { address } = server;
  /** The last measurement of each server that there has been, by its process. */
  const measured = new Map<number, Self>();
  const runningOn = async (machine: string, line: string) =>
    Number((await lab.exec(machine, ['pgrep', '-c', '-f', '-x', line], { asRoot: true })).stdout);
  return {
    ...{ address, directory: folders.directory, close, measured },
    /** The server's process now. */
    pid: () => current().pid,
    /** Begins a part: from here on the delays of the event loop are its own. */
    async begin() {
      await current().measure({ collect: false, begins: true });
    },
    /** What the server measures of itself, after a collection of garbage if asked for. */
    async measure(collect = false) {
      const self = await current().measure({ collect, begins: false });
      measured.set(current().pid, self);
      return self;
    },
    async kill() {
      await current().kill();
      server = undefined;
    },
    /** Starts the server again at the same address. */
    async start() {
      server = await startFirst(folders, { port: Number(new URL(address).port) });
    },
    /** How many processes on a machine, or on all of them, have exactly this command line, an expression of pgrep. */
    async running(line: string, machine?: string) {
      const machines = machine === undefined ? testMachines : [machine];
      const counts = await Promise.all(machines.map((name) => runningOn(name, line)));
      return counts.reduce((sum, count) => sum + count, 0);
    },
  };
}
