/** What the soak needs besides readers: memory of a process, a look into the server's lab, and its table. */
import { readFileSync } from 'node:fs';
import { ask } from '../server/lab/control.ts';
import { controlOf, defaultDirectory } from '../server/lab/directory.ts';
import type { MachineName } from '../server/lab/machines.ts';
import type { Ran } from '../server/lab/run.ts';
import { round } from './report.ts';

export type Figure = {
  readonly what: string;
  readonly unit: 'MiB' | 'ms' | 's' | '';
  readonly measured: number;
  /** At most this. */
  readonly must: number;
};

export const residentMib = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

/** Standard output of a shell line as root on a machine of the server's lab. */
export async function labExec(machine: MachineName, line: string): Promise<string> {
  const argv = ['/bin/sh', '-c', line];
  const ran = (await ask(controlOf(defaultDirectory()), { do: 'exec', machine, argv, asRoot: true })) as Ran;
  return ran.stdout;
}

/** How many processes there have exactly this command line, an expression of pgrep. */
export const processesOf = async (machine: MachineName, line: string): Promise<number> =>
  Number(await labExec(machine, `pgrep -c -f -x '${line}' || true`));

export function figureTable(figures: readonly Figure[]): string {
  const rows = figures.map(({ what, unit, measured, must }) => [
    what,
    `${round(measured)} ${unit}`.trim(),
    `at most ${must} ${unit}`.trim(),
    measured <= must ? 'met' : 'NOT MET',
  ]);
  const head = ['figure', 'measured', 'must', ''];
  const widths = head.map((title, at) => Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(head), ...rows.map(line)].join('\n');
}
