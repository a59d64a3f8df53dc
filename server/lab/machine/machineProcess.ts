/** One machine of the lab: starts it in namespaces of its own, says when it ends, ends it. Its network is left to `network.ts`. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Seed } from './seed.ts';
import { writeSeed } from './seedFiles.ts';

export type MachineProcess = Awaited<ReturnType<typeof startMachine>>;

export type MachinePlan = {
  readonly seed: Seed;
  /** The programs of the machine are those below it. */
  readonly root: string;
  /** Path of its network namespace. */
  readonly network: string;
  /** A directory that only the lab's own processes see. */
  readonly place: string;
  /** The programs of the services that run on it. */
  readonly programs: readonly string[];
};

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const lastWordsChars = 2000;

/** Writes the machine's seed and starts it. Resolves when the process runs; that sshd answers is for the caller to see. */
export async function startMachine(plan: MachinePlan) {
  const { machine } = plan.seed;
  const seed = join(plan.place, `seed-${machine.name}`);
  await writeSeed(seed, plan.seed);
  const mountPoint = join(plan.place, 'root');
  await mkdir(mountPoint, { recursive: true });
  const child = spawn(
    'nsenter',
    [
      `--net=${plan.network}`,
      ...['unshare', '--mount', '--pid', '--uts', '--ipc', '--fork', '--kill-child', '--'],
      ...['/bin/bash', here('build.sh'), mountPoint, seed, machine.hostName, plan.root],
      ...(plan.programs.length > 0 ? [process.execPath, ...plan.programs] : []),
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  await once(child, 'spawn');
  return {
    /** The process through which the machine is entered: see `enterMachine.ts`. */
    holder: child.pid ?? 0,
    ended: lastWords(child),
    kill: () => void child.kill('SIGKILL'),
  };
}

/** What the machine said before it ended. */
async function lastWords(child: ChildProcess): Promise<string> {
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-lastWordsChars);
  });
  // Not 'close': a process that was left behind may hold stderr open.
  await once(child, 'exit');
  return said.trim();
}
