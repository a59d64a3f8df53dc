/** What the tests of the agent share: one that is spoken to in its own lines, and a look at the processes of this machine. */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll } from 'vitest';
import { AGENT_NAME, AGENT_PROGRAM } from './program.ts';

export const NONCE = 'a1b2c3d4e5f60718a1b2c3d4e5f60718';
const isThere = (shell: string): boolean => spawnSync(shell, ['--help']).error === undefined;
/** What systems have as `sh`, as far as this one has it. */
export const shells = ['dash', 'bash', 'busybox', 'mksh', 'yash'].filter(isThere);
let count = 0;
/** A duration that no other process sleeps for: the mark of a test's own processes. */
export const mark = (): string => {
  count += 1;
  return `321.${process.pid}${count}`;
};

export const cmdlines = (): { pid: number; argv: string }[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({
      pid: Number(name),
      argv: textOf(`/proc/${name}/cmdline`).replaceAll('\0', ' ').trim(),
    }));
export const textOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};
export const sleeping = (marked: string): number[] =>
  cmdlines()
    .filter(({ argv }) => argv === `sleep ${marked}`)
    .map(({ pid }) => pid);

export async function until(what: string, holds: () => boolean, limitMs = 20_000): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`expected within ${limitMs} ms: ${what}`);
    await pause(10);
  }
}

/** The children of a process, and theirs, that are alive. */
export function below(pid: number): number[] {
  const children = textOf(`/proc/${pid}/task/${pid}/children`).trim().split(' ').filter(Boolean).map(Number);
  return children.flatMap((child) => [child, ...below(child)]);
}

const started: ChildProcessWithoutNullStreams[] = [];
afterAll(() => {
  for (const child of started) child.stdin.destroy();
});

/** `program` is another text of it: with a limit that a test can wait for, or with a gate's list. It gets one order, unless it `goesOn`. */
export function agent(
  shell: string,
  env: NodeJS.ProcessEnv = {},
  program: string = AGENT_PROGRAM,
  goesOn = false,
) {
  const [file, ...words] = shell === 'busybox' ? ['busybox', 'sh'] : [shell];
  // As if the system had this shell as its `sh`.
  const text = program.replaceAll(/\bsh -c "/g, `${[file, ...words].join(' ')} -c "`);
  const child = spawn(file, [...words, '-c', text, AGENT_NAME], {
    env: { PATH: process.env.PATH, HOME: '/tmp', ...env },
    stdio: 'pipe',
  });
  started.push(child);
  child.stdin.on('error', () => {});
  let out = '';
  let err = '';
  let closed = false;
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString('latin1');
    if (out.endsWith(' again\n') && !goesOn) child.stdin.end();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString('latin1');
  });
  child.once('close', () => {
    closed = true;
  });
  return {
    pid: child.pid ?? 0,
    out: () => out,
    err: () => err,
    send: (text: string) => child.stdin.write(text),
    end: () => child.stdin.end(),
    /** As a client does that is killed. */
    leave: () => {
      child.stdout.destroy();
      child.stderr.destroy();
      child.stdin.destroy();
    },
    pause: () => child.stdout.pause(),
    resume: () => child.stdout.resume(),
    order: (
      command: string,
      { seconds = 30, stop = '', input }: { seconds?: number; stop?: string; input?: string } = {},
    ) =>
      child.stdin.write(
        `order\n${NONCE}\n${seconds}\n${stop}\n${input === undefined ? 0 : 1}\n${input ?? ''}\n${command}\n`,
      ),
    closed: (limitMs?: number) => until('the agent has ended', () => closed, limitMs),
    /** The record's fields. */
    record: () => {
      const found = new RegExp(`\x1e${NONCE} end exit=(\\d+) how=(\\w+)(?: again)?\n$`).exec(out);
      return { exit: Number(found?.[1]), how: found?.[2] };
    },
  };
}
