/** Runs one program to its end, with limits. What to run, and where, is left to the callers. */

import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { once } from 'node:events';

export type ProgramResult = { readonly exit: number; readonly stdout: string; readonly stderr: string };

export const outputLimitBytes = 8 * 1024 * 1024;

/** The exit status as a shell would give it. */
export const shellStatus = (code: number | null, signal: NodeJS.Signals | null): number =>
  code ?? 128 + (signal === null ? 0 : constants.signals[signal]);

/** Runs `argv` and resolves with what came back, whatever its exit. Rejects if it cannot be started or says more than the limit. */
export async function run(
  argv: readonly string[],
  options: { readonly input?: string } = {},
): Promise<ProgramResult> {
  const [program = '', ...rest] = argv;
  const child = spawn(program, rest, {
    stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  const heard = { stdout: '', stderr: '' };
  let bytes = 0;
  let tooMuch = false;
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.setEncoding('utf8').on('data', (text: string) => {
      bytes += Buffer.byteLength(text);
      if (bytes > outputLimitBytes) {
        tooMuch = true;
        child.kill('SIGKILL');
      } else heard[stream] += text;
    });
  }
  child.stdin?.on('error', () => {});
  child.stdin?.end(options.input);
  const [code, signal]: [number | null, NodeJS.Signals | null] = (await once(child, 'close')) as [
    number | null,
    NodeJS.Signals | null,
  ];
  if (tooMuch)
    throw new Error(`${program} said more than ${outputLimitBytes} bytes and was ended; ask for less`);
  return { exit: shellStatus(code, signal), ...heard };
}

/** Runs `argv` and resolves with its stdout; an exit other than 0 is an error that carries its stderr. */
export async function runOrThrow(
  argv: readonly string[],
  options: { readonly input?: string } = {},
): Promise<string> {
  const { exit, stdout, stderr } = await run(argv, options);
  if (exit === 0) return stdout;
  throw new Error(
    `expected exit 0 of: ${argv.join(' ').slice(0, 200)}; found ${exit}: ${(stderr || stdout).trim().slice(-600)}`,
  );
}

/** A word for sh that stands for exactly this text. */
export const quote = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
