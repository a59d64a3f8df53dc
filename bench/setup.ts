/** Brings up what is measured: a server of its own with a lab of its own, and the writeups with the benchmark's checks beside them. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Fleet } from '../server/fleet/fleet.ts';

import type { Word } from './serve.ts';
import { startTestLab } from '../server/lab/testing-lab.ts';
import { copyContent } from './content.ts';

export const root = fileURLToPath(new URL('..', import.meta.url));
export const site = join(root, 'dist');

export type Stage = {
  readonly address: string;
  /** The server's process. */
  readonly pid: number;
  /** The machines of a lab like the server's but without a gate, for the floor to reach by itself: a gate would refuse plain commands. */
  readonly fleet: Fleet;
  /** Private and short. */
  readonly directory: string;
  close(): Promise<void>;
};

/** Starts the server and its lab, and waits until both are there. Throws with the server's own sentence when they do not come. */
export async function openStage(): Promise<Stage> {
  const directory = mkdtempSync('/tmp/vantage-bench-');
  // The lab lies in the run-time directory: with one of our own, no other server's lab is met or disturbed.
  process.env.XDG_RUNTIME_DIR = join(directory, 'run');
  mkdirSync(join(directory, 'run'), { mode: 0o700 });
  copyContent(root, join(directory, 'content'));
  const places = [join(directory, 'data'), existsSync(site) ? site : directory, join(directory, 'content')];
  const child = fork(join(root, 'bench/serve.ts'), places, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const exited = once(child, 'exit');
  const close = async () => {
    if (child.connected) child.disconnect();
    await exited;
    rmSync(directory, { recursive: true, force: true });
  };
  // The server takes its lab down by itself when this process is gone; what is left to remove is the folder.
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void close().finally(() => process.exit(130)));
  const [word] = (await Promise.race([
    once(child, 'message'),
    exited.then(() => [{ failed: 'The server ended before it was ready; what it said stands above.' }]),
  ])) as [Word];
  if (!('ready' in word)) {
    await close();
    throw new Error('failed' in word ? word.failed : 'The server should have said that it is ready.');
  }
  const floor = await startTestLab({ directory: join(directory, 'floor'), log: () => {} });
  return {
    ...{ ...word.ready, fleet: floor.fleet, directory },
    async close() {
      await floor.stop();
      await close();
    },
  };
}
