/**
 * `npm run soak`: the figures that must be met under load, measured on a server and a lab of their own, each with its limit. Exit 1 when one is not met.
 * `--minutes 30` begins runs for so long instead of four minutes; `--only starts,cancels` measures these parts only.
 */
import { parseArgs } from 'node:util';
import { crash, restart } from './soak/crash.ts';
import { delayOf } from './soak/delay.ts';
import { downloads } from './soak/downloads.ts';
import { waitedSeconds } from './fixtures/process.ts';
import { atMost, type Figure, figureTable, isMet } from './soak/figures.ts';
import { fourMachines } from './soak/fourMachines.ts';
import { greedy } from './soak/greedy.ts';
import { input } from './soak/input.ts';
import { refusals } from './soak/refusals.ts';
import { signIns } from './soak/signIns.ts';
import { atOnce, cancels, everyCheck, steadily } from './soak/runs.ts';
import { type SoakSite, startSoakSite } from './soak/site.ts';
import { flood, followers, idlePages, stalled } from './soak/viewers.ts';

const print = (line: string) => process.stderr.write(`${line}\n`);
const { values } = parseArgs({ options: { minutes: { type: 'string' }, only: { type: 'string' } } });
const minutes = Number(values.minutes ?? '4');
if (!(minutes > 0)) throw new Error(`--minutes takes a number above 0, found ${values.minutes}`);

/** Those that kill the server come last. */
const parts: readonly (readonly [string, (site: SoakSite) => Promise<readonly Figure[]>])[] = [
  ['idle', idlePages],
  ['viewers', followers],
  ['stalled', stalled],
  ['greedy', greedy],
  ['flood', flood],
  ['checks', everyCheck(20)],
  ['starts', steadily(minutes)],
  ['cancels', cancels],
  ['concurrent', atOnce],
  ['machines', fourMachines],
  ['input', input],
  ['downloads', downloads],
  ['refusals', refusals],
  ['sign-ins', signIns],
  ['crash', crash],
  ['restart', restart],
];
const only = values.only?.split(',') ?? parts.map(([name]) => name);
const unknown = only.filter((name) => !parts.some(([part]) => part === name));
if (unknown.length > 0)
  throw new Error(
    `There is no part ${unknown.join(', ')}; there are ${parts.map(([name]) => name).join(', ')}`,
  );

/** A part that takes longer than this has hung, or the machine is too busy to measure anything. */
const limitSeconds = 180 + minutes * 60;

async function within(name: string, work: Promise<readonly Figure[]>): Promise<readonly Figure[]> {
  const { promise, reject } = Promise.withResolvers<never>();
  const message = `The part ${name} should be over within ${limitSeconds} s, and it is not. Is this machine busy with something else?`;
  const timer = setTimeout(() => reject(new Error(message)), limitSeconds * 1000);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}

const site = await startSoakSite();
const figures: Figure[] = [];
const began = performance.now();
/** Why a part broke off; what was measured before it is printed all the same. */
let broken: string | undefined;
try {
  for (const [name, measure] of parts.filter(([part]) => only.includes(part))) {
    await site.begin();
    const [start, server, waited] = [performance.now(), site.pid(), waitedSeconds(site.pid())];
    figures.push(...(await within(name, measure(site))));
    const { delayMs } = await site.measure();
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    const without = (waitedSeconds(site.pid()) - (server === site.pid() ? waited : 0)).toFixed(1);
    print(
      `${name}: ${seconds} s, for ${without} of which the server had no processor; event loop p99 ${delayMs.p99.toFixed(0)} ms, most ${delayMs.most.toFixed(0)} ms`,
    );
  }
} catch (error) {
  broken = error instanceof Error ? error.message : String(error);
} finally {
  await site.close();
}
const delay = delayOf([...site.measured.values()], 0.99);
figures.push(atMost('Event loop of the server, under all of it: p99 of the delay', delay, 50, 'ms'));
process.stdout.write(`${figureTable(figures)}\n`);
print(`${((performance.now() - began) / 60_000).toFixed(1)} minutes in all.`);
if (broken !== undefined) print(`Not all was measured. ${broken}`);
process.exit(broken === undefined && figures.every(isMet) ? 0 : 1);
