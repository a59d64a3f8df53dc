/** Run all against the slowest single check: what running everything at once costs beyond what cannot be avoided. */
import { setTimeout as pause } from 'node:timers/promises';
import { measuredWriteup } from './fixtures/content.ts';
import { mustAgree, openReader, type Reader } from './fixtures/reader.ts';
import { median, type Row, round } from './report.ts';

const betweenMs = 1000;

export async function runAll(
  address: string,
  checks: readonly string[],
  rounds: number,
): Promise<readonly Row[]> {
  const reader = await openReader(address, measuredWriteup);
  const alone = new Map(checks.map((check) => [check, [] as number[]]));
  const together: number[] = [];
  for (let turn = 0; turn < rounds; turn += 1) {
    for (const check of checks) {
      await pause(betweenMs / 2);
      alone.get(check)?.push(await timeOf(reader, [check]));
    }
    await pause(betweenMs);
    together.push(await timeOf(reader, checks));
  }
  await reader.close();
  const each = [...alone].map(([check, times]) => ({ check, ms: median(times) })).sort((a, b) => b.ms - a.ms);
  const slowest = each[0] ?? { check: 'none', ms: Number.NaN };
  const sum = each.reduce((total, { ms }) => total + ms, 0);
  const list = each.map(({ check, ms }) => `${check} ${round(ms)}`).join(', ');
  return [
    {
      what: `Run all (${checks.length} checks)`,
      unit: 'ms',
      ours: median(together),
      beside: { what: `slowest alone (${slowest.check})`, value: slowest.ms },
      note: `one after the other ${round(sum)} ms (${round(median(together) / sum)}): ${list}`,
    },
  ];
}

async function timeOf(reader: Reader, checks: readonly string[]): Promise<number> {
  const start = performance.now();
  const runs = await reader.run(checks);
  const ends = await Promise.all(runs.map((run) => reader.ended(run)));
  const ms = performance.now() - start;
  for (const ended of ends) mustAgree(ended);
  return ms;
}
