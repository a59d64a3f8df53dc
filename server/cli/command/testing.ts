/** What the lab tests of the command line share: a lab that is up, folders of their own, and the command, here or as a process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';
import { PROJECT } from '../../files/project.ts';
import type { Lab, LabOptions } from '../../lab/lab.ts';
import { startTestLab } from '../../lab/testing-lab.ts';
import { runCommand } from '../runCommand.ts';

export type Result = { readonly exit: number | null; readonly stdout: string; readonly stderr: string };
export type Started = {
  readonly child: ChildProcess;
  readonly out: () => string;
  readonly err: () => string;
  readonly ended: Promise<Result>;
};

export type CommandBench = {
  /** A detached lab, as `vantage lab up` leaves it. */
  readonly lab: Lab;
  /** The arguments that name it. */
  readonly here: readonly string[];
  /** A new folder for records. */
  data(): string;
  /** Starts `vantage` with these arguments, as a process of its own: for exit status, streams and signals. */
  start(...args: readonly string[]): Started;
  /** The same in this process. */
  run(...args: readonly string[]): Promise<Result>;
  /** What commands have left in the folder for passing files. */
  leftovers(): readonly string[];
  close(): Promise<void>;
};

const main = `${import.meta.dirname}/../main.ts`;

/** Runs `vantage` on the project in `root`, in this process, which takes less than half the time. The variables are for the command alone. */
export async function runHere(
  root: string,
  variables: Readonly<Record<string, string>>,
  args: readonly string[],
): Promise<Result> {
  let [stdout, stderr] = ['', ''];
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  const exit = await runCommand(args, {
    out: (text) => {
      stdout += text;
    },
    print: (line) => {
      stderr += `${line}\n`;
    },
    ...{ terminal: undefined, signal: new AbortController().signal, root },
  }).finally(() => vi.unstubAllEnvs());
  return { exit, stdout, stderr };
}

export async function openCommandBench(options: Partial<LabOptions> = {}): Promise<CommandBench> {
  const parent = mkdtempSync('/tmp/vc-');
  const passing = join(parent, 't');
  mkdirSync(passing);
  const lab = await startTestLab({
    directory: join(parent, 'lab'),
    mode: 'detached',
    log: () => {},
    ...options,
  });
  // The usual place of a lab follows from XDG_RUNTIME_DIR: no lab of this project that is up is touched.
  const own = { XDG_RUNTIME_DIR: parent, TMPDIR: passing };
  const env = { ...process.env, ...own };
  const children: ChildProcess[] = [];
  const start = (...args: readonly string[]): Started => {
    const child = spawn(process.execPath, [main, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    children.push(child);
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text;
    });
    const ended = once(child, 'close').then(([exit]): Result => ({
      ...{ exit: exit as number | null, stdout: out, stderr: err },
    }));
    return { child, out: () => out, err: () => err, ended };
  };
  return {
    lab,
    here: ['--lab', join(parent, 'lab')],
    data: () => mkdtempSync(join(parent, 'data-')),
    start,
    run: (...args) => runHere(PROJECT, own, args),
    leftovers: () => readdirSync(passing),
    async close() {
      for (const child of children) if (child.exitCode === null) child.kill('SIGKILL');
      await lab.stop();
      rmSync(parent, { recursive: true, force: true });
    },
  };
}
