/**
 * `npm run bench`: measures the whole thing beside its floor, in one run, and writes down what came out. `-- --quick` runs fewer rounds;
 * `-- --beside REVISION` measures clicks, a flood and memory of that commit and this tree, in turns on one lab; `-- --lighthouse` measures the pages alone, beside Starlight's;
 * `-- --peers` measures what a web terminal does too, beside one; `-- --servers` measures three servers on one PostgreSQL beside one with files.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadContent } from '../server/content/load.ts';
import { measureBeside } from './beside.ts';
import { conditionTimes, labUp, processStarts, runAll } from './conditions.ts';
import { flood, following } from './flood.ts';
import { recordPages } from './history.ts';
import { latency } from './latency.ts';
import { measureLighthouse } from './lighthouse.ts';
import { memoryAfter, memoryIdle } from './memory.ts';
import { manyWriteups } from './manyWriteups.ts';
import { besidePeers } from './peers.ts';
import { openRaw, type Raw } from './raw.ts';
import { line, type Row, type Rows, table, write } from './report.ts';
import { besideOneServer } from './severalServers.ts';
import { measuredWriteup, root, type BenchSite, mustBeBuilt, startBenchSite } from './fixtures/server.ts';

const { quick, beside, lighthouse, peers, servers } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    beside: { type: 'string' },
    lighthouse: { type: 'boolean', default: false },
    peers: { type: 'boolean', default: false },
    servers: { type: 'boolean', default: false },
  },
}).values;
const rounds = quick
  ? { latency: 10, all: 1, conditions: 1, flood: 1 }
  : { latency: 40, all: 3, conditions: 1, flood: 5 };
const print = (line: string) => process.stderr.write(`${line}\n`);

type Bench = {
  readonly site: BenchSite;
  readonly raw: Raw;
  readonly checks: readonly string[];
  /** The command that prints 50 MiB. */
  readonly pour: string;
};

/** Starts a server and a lab for the benchmark alone, and ends them. */
async function withBench<T>(work: (bench: Bench) => Promise<T>): Promise<T> {
  print('Starting a server and a lab for the benchmark alone.');
  const site = await startBenchSite();
  try {
    const content = await loadContent(join(site.directory, 'content'));
    const checks = [...(content.find(({ id }) => id === measuredWriteup)?.checks.keys() ?? [])];
    const pour = content.find(({ id }) => id === 'bench')?.checks.get('flood')?.check.steps[0]?.command;
    if (checks.length === 0 || pour === undefined)
      throw new Error(
        'The first writeup should have checks and the benchmark its flood; see content/ and bench/content/.',
      );
    const raw = await openRaw(site.fleet, 'backend', site.directory);
    return await work({ site, raw, checks, pour }).finally(() => raw.close());
  } finally {
    await site.close();
  }
}

/** Each part is shown when it is there; what a later one costs, or that it fails, takes nothing from it. */
async function measure(rows: Row[]): Promise<void> {
  const part = async (words: string, work: () => Rows) => {
    print(words);
    const found = await work();
    rows.push(...found);
    for (const row of found) print(`  ${line(row)}`);
  };
  await part('Pages of records with ten thousand of them.', () => recordPages(rounds.latency / 2));
  await part('What starting processes costs here.', processStarts);
  await part('A lab up and down.', () => labUp(rounds.all));
  await part('Sixty writeups beside six.', () => manyWriteups(rounds.all));
  await withBench(async ({ site, raw, checks, pour }) => {
    const { address, pid } = site;
    await part('Memory of an idle server.', () => memoryIdle(site));
    await part('From a click to the first byte and to the verdict.', () =>
      latency(address, raw, rounds.latency),
    );
    await part('Run all, and every check alone.', () => runAll(address, checks, rounds.all));
    await part('50 MiB to one reader and to twenty.', () => flood(address, raw, pour, rounds.flood));
    await part('A hundred followers, and one who comes late.', () =>
      following(address, pid, rounds.latency / 2),
    );
    await part('Memory after all of this.', () => memoryAfter(pid));
    // Last: some conditions cut the connections that the floor is measured over.
    await part('Conditions of the lab, and everything run again in each.', () =>
      conditionTimes(address, checks, rounds.conditions, quick ? 6 : Number.POSITIVE_INFINITY),
    );
  });
}

const started = performance.now();
const writeTable = (file: string, title: string, found: readonly Row[]): string => {
  const text = table(found);
  writeFileSync(join(root, 'bench', file), `# ${title}\n\n${text}\n`);
  return text;
};
const measureHere = async (): Promise<string> => {
  const rows: Row[] = [];
  await measure(rows).finally(() => {
    if (rows.length > 0) write(join(root, 'bench'), { at: new Date().toISOString(), quick, rows });
  });
  return table(rows);
};
const measureAsked = async (): Promise<{ text: string; file: string }> => {
  mustBeBuilt();
  if (lighthouse) {
    const file = 'lighthouse.md';
    const rows = await measureLighthouse(quick ? 1 : 5, print);
    return { text: writeTable(file, 'What Lighthouse says of our pages', rows), file };
  }
  if (peers) {
    const file = 'peers.md';
    const rows = await withBench(({ site, raw, pour }) => besidePeers(site, raw, pour, rounds));
    return { text: writeTable(file, 'Beside a web terminal from npm, on the same sshd', rows), file };
  }
  if (servers) {
    const file = 'servers.md';
    const rows = await besideOneServer(rounds, print);
    return { text: writeTable(file, 'Three servers on one PostgreSQL beside one with files', rows), file };
  }
  if (beside !== undefined) {
    const file = 'beside.md';
    const rows = await measureBeside(beside, rounds, print);
    return { text: writeTable(file, `This tree beside ${beside}`, rows), file };
  }
  return { text: await measureHere(), file: 'results.md and bench/results.json' };
};
try {
  const { text, file } = await measureAsked();
  process.stdout.write(`${text}\n`);
  const seconds = Math.round((performance.now() - started) / 1000);
  print(`Measured in ${seconds} s; written to bench/${file}.`);
} catch (error) {
  print(`The benchmark could not be finished: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
