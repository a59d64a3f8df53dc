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
  let waits = '';
  for (let turn = 0; turn < rounds; turn += 1) {
    for (const check of checks) {
      await pause(betweenMs / 2);
      alone.get(check)?.push((await timeOf(reader, [check])).ms);
    }
    await pause(betweenMs);
    const { ms, waited } = await timeOf(reader, checks);
    together.push(ms);
    waits = waited.map((wait, at) => `${checks[at]} ${round(wait)}`).join(', ');
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
      note: `one after the other ${round(sum)} ms (${round(median(together) / sum)}): ${list}; in the last turn they waited for their slots: ${waits}`,
    },
  ];
}

/** Milliseconds until the last run has ended, and for each run those before it began. */
async function timeOf(reader: Reader, checks: readonly string[]) {
  const start = performance.now();
  const runs = await reader.run(checks);
  const waited = await Promise.all(
    runs.map(async (run) => {
      const ended = await reader.ended(run);
      mustAgree(ended);
      return performance.now() - start - ended.seconds * 1000;
    }),
  );
  return { ms: performance.now() - start, waited };
}
