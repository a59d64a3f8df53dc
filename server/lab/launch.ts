/** Starts the lab's first process (`init.ts`) in namespaces of its own and waits until the lab is up. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { claimDirectory, remove } from './directory.ts';
import type { InitMessage } from './init.ts';
import { LabError } from './problem.ts';
import type { LabPlan } from './labOrder.ts';
import { factsHere, neededPackages, whatIsMissing } from './requirements.ts';
import { shellStatus } from './machine/runProgram.ts';

const outputChars = 2000;

/** Throws LabError, with what to do, when the lab cannot start. */
export async function launch(plan: LabPlan, log: (line: string) => void, signal?: AbortSignal) {
  const missing = whatIsMissing(factsHere(), neededPackages(plan.lab));
  if (missing !== undefined) throw new LabError(missing);
  claimDirectory(plan.directory);
  const asUser = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user', '--map-auto'];
  const apart = ['--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const init = fileURLToPath(new URL('./init.ts', import.meta.url));
  const cache = process.env['NODE_COMPILE_CACHE'];
  const child = spawn('unshare', [...asUser, ...apart, '--', process.execPath, init], {
    // A session of its own: Ctrl-C in the terminal is for the server, which then ends the lab.
    detached: true,
    env: {
      ...{ PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8' },
      ...(cache === undefined ? {} : { NODE_COMPILE_CACHE: cache }),
    },
  });
  child.stdin.on('error', () => {});
  child.stdin.write(`${JSON.stringify(plan)}\n`);
  /** Resolves with the reason when the lab's first process has ended and its directory is gone. */
  const ended = awaitEnd(child, plan.directory);
  const stop = (): void => void child.stdin.end();
  signal?.addEventListener('abort', stop, { once: true });
  const problem = await waitUntilUp(child, ended, log);
  signal?.removeEventListener('abort', stop);
  if (problem !== undefined || signal?.aborted) {
    stop();
    child.kill('SIGKILL');
    await ended;
    const aborted = { kind: 'failed', message: 'The start of the lab was aborted, as requested.' } as const;
    throw new LabError(signal?.aborted ? aborted : (problem ?? aborted));
  }
  return {
    ended,
    /** Ends a tied lab; disconnects from a detached one. */
    release: () => {
      if (plan.mode === 'tied') return stop();
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
      child.unref();
    },
  };
}

async function awaitEnd(child: ChildProcessWithoutNullStreams, directory: string): Promise<string> {
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(-outputChars);
  });
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  remove(directory);
  const status = shellStatus(code, signal);
  if (status === 0) return 'the lab was stopped';
  // What unshare of util-linux 2.38 says when its child was killed.
  if (output.includes('sigprocmask unblock failed')) return "the lab's first process was killed";
  return `the lab's first process ended with status ${status}${output === '' ? '' : `: ${output.trim()}`}`;
}

async function waitUntilUp(
  child: ChildProcessWithoutNullStreams,
  ended: Promise<string>,
  log: (line: string) => void,
): Promise<LabError['problem'] | undefined> {
  let failed: string | undefined;
  const ready = new Promise<'ready'>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const message = JSON.parse(line) as InitMessage;
      if ('log' in message) log(message.log);
      else if ('ready' in message) resolve('ready');
      else failed = message.failed;
    });
  });
  const first = await Promise.race([ready, ended]);
  if (first === 'ready') return undefined;
  if (failed !== undefined) return { kind: 'failed', message: `The lab did not come up: ${failed}` };
  const refused = /^unshare: |newuidmap|newgidmap/.test(
    first.split('status ')[1]?.replace(/^\d+: /, '') ?? '',
  );
  if (!refused) return { kind: 'failed', message: `The lab did not come up: ${first}` };
  return {
    kind: 'no-namespaces',
    message: `The lab cannot start: this system does not let it make namespaces (${first}). In a container, start it with CAP_SYS_ADMIN and CAP_NET_ADMIN or --privileged; elsewhere start the lab as root.`,
  };
}
