/** The floor: the same command by the plain ssh client over a shared connection of its own, with the same configuration. */
import { execFile, spawn } from 'node:child_process';
import { on, once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Fleet } from '../server/fleet/fleet.ts';
import { openMaster } from '../server/ssh/master.ts';
import { TransportError } from '../server/agent/contract.ts';
import { sshClients } from '../server/ssh/sshClients.ts';

/** Milliseconds from the start to the first byte, and to the end. */
export type Times = { readonly first: number; readonly end: number };
export type Raw = Awaited<ReturnType<typeof openRaw>>;

/** Connects once to the machine that plays the role. */
export async function openRaw(fleet: Fleet, role: string, directory: string) {
  const machine = fleet.machines.find((candidate) => candidate.role === role);
  if (machine === undefined) throw new Error(`The lab should have a machine with the role ${role}.`);
  const own = join(directory, 'raw');
  mkdirSync(own, { mode: 0o700 });
  const place = sshClients(fleet, own);
  await openMaster(
    place.master(machine),
    ({ why, stderrTail }) =>
      new TransportError('unreachable', `The floor's ssh did not connect: ${why} ${stderrTail}`),
  );
  const config = join(own, `config${process.pid}`);
  const argv = ['-F', config, '-o', 'ProxyCommand=false', '-T', '--', machine.name];
  return {
    /** For another ssh client over the same connection. */
    ...{ config, host: machine.name, user: machine.user },
    async once(command: string): Promise<Times> {
      const start = performance.now();
      const child = spawn('ssh', [...argv, command], { stdio: ['ignore', 'pipe', 'inherit'] });
      let first = Number.NaN;
      child.stdout.on('data', () => {
        if (Number.isNaN(first)) first = performance.now() - start;
      });
      const [code] = (await once(child, 'close')) as [number | null];
      if (code !== 0 || Number.isNaN(first)) throw new Error(`The floor's ssh ended with ${code}.`);
      return { first, end: performance.now() - start };
    },
    /** A shell that waits for commands at the end of the connection: the least that a command over ssh can cost. */
    shell() {
      const child = spawn('ssh', [...argv, 'exec sh'], { stdio: ['pipe', 'pipe', 'inherit'] });
      const over = 'over-it-is';
      return {
        async once(command: string): Promise<Times> {
          const start = performance.now();
          child.stdin.write(`${command}\necho ${over}\n`);
          let [first, text] = [Number.NaN, ''];
          for await (const [chunk] of on(child.stdout, 'data') as AsyncIterable<[Buffer]>) {
            if (Number.isNaN(first)) first = performance.now() - start;
            text += chunk.toString();
            if (text.includes(over)) break;
          }
          return { first, end: performance.now() - start };
        },
        close: () => void child.stdin.end(),
      };
    },
    /** Milliseconds that `ssh … | wc -c` takes, and what it counted. */
    async pipe(command: string) {
      const start = performance.now();
      const argument = ['-c', 'ssh "$@" | wc -c', 'sh', ...argv, command];
      const { stdout } = await promisify(execFile)('sh', argument);
      return { ms: performance.now() - start, bytes: Number(stdout) };
    },
    close: () => place.close(),
  };
}
