/** The process of the stand-in Windows host, in its network namespace: started, started again, given its port proxy. What it does is left to `windowsHost.ts`. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { PortProxy } from './conditions/condition.ts';
import { messageOf } from './problem.ts';

export type Windows = {
  /** Makes the process run, with this port proxy or none. Rejects when it cannot listen. */
  arrange(proxy: PortProxy | null): Promise<void>;
};

type Host = {
  /** Resolves with what it said last, when it has ended for whatever reason. */
  readonly ended: Promise<string>;
  setProxy(proxy: PortProxy | null): Promise<void>;
};

const program = fileURLToPath(new URL('windowsHost.ts', import.meta.url));
const lastWordsChars = 1000;
/** Like every machine it has mounts, processes and a name of its own. */
const ownNamespaces = [
  ...['unshare', '--mount', '--uts', '--pid', '--fork', '--kill-child', '--mount-proc'],
  ...['/bin/sh', '-c', 'hostname windows && exec "$@"', 'windows'],
];

/** Resolves when its service answers. `network` is the path of its namespace. One that ends by itself is started again as it was. */
export async function startWindows(network: string, log: (line: string) => void): Promise<Windows> {
  let present: PortProxy | null = null;
  const begin = async (proxy: PortProxy | null): Promise<Host> => {
    const started = await startHost(network);
    if (proxy !== null) await started.setProxy(proxy);
    void started.ended.then(revive);
    return started;
  };
  const revive = (said: string): void => {
    log(`the stand-in Windows host has ended and is started again${said === '' ? '' : `: ${said}`}`);
    host = begin(present);
    host.catch((thrown) => log(messageOf(thrown)));
  };
  let host = begin(null);
  await host;
  return {
    async arrange(proxy) {
      // One that could not be started again is tried once more.
      const now = await host.catch(() => {
        present = null;
        host = begin(null);
        return host;
      });
      if (proxy === present) return;
      await now.setProxy(proxy);
      present = proxy;
    },
  };
}

async function startHost(network: string): Promise<Host> {
  const child = spawn('nsenter', [`--net=${network}`, ...ownNamespaces, process.execPath, program]);
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-lastWordsChars);
  });
  child.stdin.on('error', () => {});
  const lines = createInterface({ input: child.stdout });
  const ended = once(child, 'close').then(() => said.trim());
  const noMore = ended.then((last) => [`it has ended: ${last}`]);
  const nextLine = async (): Promise<string> =>
    String((await Promise.race([once(lines, 'line'), noMore]))[0]);
  const host: Host = {
    ended,
    async setProxy(proxy) {
      const answer = nextLine();
      child.stdin.write(`${JSON.stringify(proxy)}\n`);
      const found = await answer;
      if (found === 'done') return;
      const what = proxy === null ? 'to end' : `to listen on ${proxy.listen.address}:${proxy.listen.port}`;
      throw new Error(`expected the port proxy of the stand-in Windows host ${what}, but ${found}`);
    },
  };
  const first = await nextLine();
  if (first === 'ready') return host;
  throw new Error(`expected the service of the stand-in Windows host to listen, but ${first}`);
}
