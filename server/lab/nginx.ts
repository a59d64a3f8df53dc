/** A real nginx on .20, in front of the stand-in backend: its configuration, start and stop. Which condition wants it is left to `conditions/`. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { enter } from './enter.ts';
import type { KeyPair } from './keys.ts';
import { loginUser, servicePort } from './machines.ts';
import { must, run } from './run.ts';

export type Nginx = { readonly upstream: string; stop(): Promise<void> };

const program = '/usr/sbin/nginx';
const configuration = '/etc/nginx/nginx.conf';
const startLimitMs = 5000;
const lastWordsChars = 1000;

/** Throws when the machine behind `holder` has no nginx, with how to get it. */
export async function mustHaveNginx(holder: number): Promise<void> {
  const { exit } = await run(enter(holder, 'root', ['test', '-x', program], 'inside'));
  if (exit === 0) return;
  throw new Error(
    `expected nginx at ${program} for this condition, found none; install it with: apt-get install -y --no-install-recommends nginx-light. The lab stays in the condition that it was in`,
  );
}

/** Resolves when it listens. */
export async function startNginx(holder: number, upstream: string, tls: KeyPair): Promise<Nginx> {
  // Key and certificate may stand in one file, which comes on standard input: a command line can be read by others.
  const script = `mkdir -p /etc/nginx /var/lib/nginx && printf %s "$1" >${configuration} && umask 077 && cat >/etc/nginx/tls.pem`;
  const fill = enter(holder, 'root', ['/bin/sh', '-c', script, 'sh', configurationFor(upstream)], 'inside');
  await must(fill, { input: `${tls.secret}\n${tls.open}` });
  const nginx = [program, '-e', 'stderr', '-c', configuration];
  const [command = '', ...rest] = enter(holder, 'root', nginx, 'inside');
  const child = spawn(command, rest, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-lastWordsChars);
  });
  const ended = once(child, 'exit').then(() => true);
  const deadline = performance.now() + startLimitMs;
  while (!(await listens(holder))) {
    const over = await Promise.race([ended, pause(20, false)]);
    if (over || performance.now() > deadline)
      throw new Error(
        `expected nginx to listen on port ${servicePort}, but it said: ${said.trim() || 'nothing'}`,
      );
  }
  const stop = async (): Promise<void> => {
    const asked = await run(enter(holder, 'root', [...nginx, '-s', 'stop'], 'inside'));
    if (asked.exit !== 0) await run(enter(holder, 'root', ['pkill', '-KILL', '-x', 'nginx'], 'inside'));
    await ended;
  };
  return { upstream, stop };
}

async function listens(holder: number): Promise<boolean> {
  const found = await run(enter(holder, 'root', ['ss', '-tlnpH', `sport = :${servicePort}`], 'inside'));
  return found.stdout.includes('"nginx"');
}

const configurationFor = (upstream: string): string => `daemon off;
user ${loginUser};
worker_processes 1;
pid /run/nginx.pid;
error_log stderr;
events { worker_connections 512; }
http {
  access_log off;
  server {
    listen 0.0.0.0:${servicePort} ssl backlog=2048;
    ssl_certificate /etc/nginx/tls.pem;
    ssl_certificate_key /etc/nginx/tls.pem;
    location / {
      proxy_pass ${upstream};
      proxy_connect_timeout 3s;
      proxy_set_header Host $host;
    }
  }
}
`;
