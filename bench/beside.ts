/** `npm run bench -- --beside REVISION`: that commit and this tree on one lab, click by click in turns, so that the same noise is in both. */
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { inventoryOf } from '../server/lab/directory.ts';
import { startTestLab } from '../server/lab/testing-lab.ts';
import { residentMib } from './fixtures/process.ts';
import type { Reader } from './fixtures/reader.ts';
import { makeFolders, root, site, startPlainServer } from './fixtures/server.ts';
import { pour } from './flood.ts';
import { type Both, cases, click, inTurns, timeRows } from './latency.ts';
import type { Times } from './raw.ts';
import { besideRow, type Row } from './report.ts';

const place = join(root, '.vantage/beside');
const floodBytes = 50 * 1024 * 1024;
type Rounds = { readonly latency: number; readonly flood: number };

/**
 * Measures `revision` and this tree, each with the flags, content and site of today. A server that starts second on a lab is some percent
 * slower, whichever it is, so each is second once. Rejects with a sentence when there is no such commit, or a server does not start.
 */
export async function measureBeside(
  revision: string,
  rounds: Rounds,
  print: (line: string) => void,
): Promise<readonly Row[]> {
  const commit = run('git', ['rev-parse', '--short', '--verify', `${revision}^{commit}`], root).trim();
  rmSync(place, { recursive: true, force: true });
  run('git', ['worktree', 'prune'], root);
  run('git', ['worktree', 'add', '--detach', place, commit], root);
  try {
    installPackages();
    print(`Measuring ${commit} and this tree on one lab.`);
    const first = await onOneLab('theirs', rounds);
    print('The same again; this tree starts first.');
    const second = await onOneLab('ours', rounds);
    const each = <T>(of: (one: typeof first) => Both<readonly T[]>): Both<readonly T[]> => ({
      ours: [first, second].flatMap((one) => of(one).ours),
      theirs: [first, second].flatMap((one) => of(one).theirs),
    });
    const row = (what: string, unit: Row['unit'], { ours, theirs }: Both<readonly number[]>) =>
      besideRow(what, unit, ours, theirs, commit);
    return [
      ...cases.flatMap(({ check }) =>
        timeRows(
          check,
          each((one) => one.clicks[check] ?? { ours: [], theirs: [] }),
          commit,
        ),
      ),
      row(
        '50 MiB to one reader',
        'ms',
        each((one) => one.floods),
      ),
      row(
        'Server memory, idle after start',
        'MiB',
        each((one) => one.memory),
      ),
    ];
  } finally {
    run('git', ['worktree', 'remove', '--force', place], root);
  }
}

async function onOneLab(first: keyof Both<unknown>, rounds: Rounds) {
  const { directory } = makeFolders('/tmp/vantage-beside-');
  const closing: (() => unknown)[] = [() => rmSync(directory, { recursive: true, force: true })];
  try {
    const lab = await startTestLab({ directory: join(directory, 'lab'), log: () => {} });
    closing.push(() => lab.stop());
    const options = ['--inventory', inventoryOf(lab.directory)];
    const start = async (tree: string) => {
      const where = { project: directory, tree };
      const server = await startPlainServer(
        join(directory, tree === root ? 'ours' : 'theirs'),
        site,
        options,
        where,
      );
      closing.push(() => server.stop());
      // Each speaks to the reader of its own time.
      const { openReader }: typeof import('./fixtures/reader.ts') = await import(
        join(tree, 'bench/fixtures/reader.ts')
      );
      return {
        memory: [residentMib(server.pid)],
        openReader: (of: string) => openReader(server.address, of),
      };
    };
    const early = await start(first === 'ours' ? root : place);
    const late = await start(first === 'ours' ? place : root);
    const [ours, theirs] = first === 'ours' ? [early, late] : [late, early];
    const both = async <T>(writeup: string, work: (readers: Both<Reader>) => Promise<T>): Promise<T> => {
      const readers = { ours: await ours.openReader(writeup), theirs: await theirs.openReader(writeup) };
      return work(readers).finally(() => Promise.all([readers.ours.close(), readers.theirs.close()]));
    };
    const clicks: Record<string, Both<readonly Times[]>> = {};
    for (const { writeup, check } of cases)
      clicks[check] = await both(writeup, async (readers) => {
        const each = [readers.theirs, readers.ours].map((reader) => () => click(reader, check));
        const [theirs = [], ours = []] = await inTurns(each, rounds.latency);
        return { ours, theirs };
      });
    const floods: Both<number[]> = { ours: [], theirs: [] };
    for (let turn = 0; turn <= rounds.flood; turn += 1)
      await both('bench', async (readers) => {
        for (const one of ['theirs', 'ours'] as const) {
          const { ms } = await pour(readers[one], [], floodBytes);
          if (turn > 0) floods[one].push(ms);
        }
      });
    return { clicks, floods, memory: { ours: ours.memory, theirs: theirs.memory } };
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

/** Packages of this tree serve when both want the same ones. */
function installPackages(): void {
  const [ours, theirs] = [root, place].map((tree) => readFileSync(join(tree, 'package-lock.json'), 'utf8'));
  if (ours === theirs) symlinkSync(join(root, 'node_modules'), join(place, 'node_modules'));
  else run('npm', ['ci', '--no-audit', '--no-fund'], place);
}

function run(command: string, args: readonly string[], cwd: string): string {
  const options = { cwd, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 } as const;
  const { status, stdout, stderr, error } = spawnSync(command, args, options);
  if (status === 0) return stdout;
  const why = error?.message ?? stderr.trim().split('\n').slice(-5).join('\n');
  throw new Error(`\`${command} ${args.join(' ')}\` in ${cwd} should have worked, and it did not: ${why}`);
}
