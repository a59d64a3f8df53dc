/** The same benchmark on an earlier commit and on this tree, in turns, so that the same noise is in both: what changed, as ratios. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { median, type Report, type Row, table } from './report.ts';
import { root } from './fixtures/server.ts';

const tree = join(root, '.vantage/beside');

/**
 * Measures `revision` and this tree in turns, each with its own benchmark, with `options` for it. Returns the table, and writes it to
 * `bench/beside.md`. Throws a sentence when there is no such commit, or one of the two cannot be built or measured.
 */
export function measureBeside(revision: string, options: readonly string[], print: (line: string) => void) {
  const turns = options.includes('--quick') ? 1 : 2;
  const commit = run('git', ['rev-parse', '--short', '--verify', `${revision}^{commit}`], root).trim();
  rmSync(tree, { recursive: true, force: true });
  run('git', ['worktree', 'prune'], root);
  run('git', ['worktree', 'add', '--detach', tree, commit], root);
  try {
    print(`Building ${commit}.`);
    prepare();
    const [theirs, ours]: [Report[], Report[]] = [[], []];
    for (let turn = 1; turn <= turns; turn += 1) {
      const both = [[commit, tree, theirs] as const, ['this tree', root, ours] as const];
      for (const [name, folder, reports] of both) {
        print(`Measuring ${name}, turn ${turn} of ${turns}.`);
        run(process.execPath, ['bench/bench.ts', ...options], folder);
        reports.push(JSON.parse(readFileSync(join(folder, 'bench/results.json'), 'utf8')) as Report);
      }
    }
    const text = table(rowsOf(commit, theirs, ours));
    writeFileSync(
      join(root, 'bench/beside.md'),
      `# This tree beside ${commit}\n\nBelow 1 is less: better, except for MB/s. ${turns === 1 ? 'One turn' : `${turns} turns`} of each; medians. \`npm run bench -- ${[...options, '--beside', commit].join(' ')}\`\n\n${text}\n`,
    );
    return text;
  } finally {
    run('git', ['worktree', 'remove', '--force', tree], root);
  }
}

/** Packages of this tree serve when both want the same ones. */
function prepare(): void {
  const isSame =
    readFileSync(join(root, 'package-lock.json'), 'utf8') ===
    readFileSync(join(tree, 'package-lock.json'), 'utf8');
  if (isSame) symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
  else run('npm', ['ci', '--no-audit', '--no-fund'], tree);
  if (!existsSync(join(tree, 'dist/index.html')))
    run(process.execPath, ['node_modules/astro/bin/astro.mjs', 'build'], tree);
}

function rowsOf(commit: string, theirs: readonly Report[], ours: readonly Report[]): readonly Row[] {
  const medianOf = (reports: readonly Report[], what: string) =>
    median(reports.flatMap(({ rows }) => rows.filter((row) => row.what === what).map((row) => row.ours)));
  return (ours[0]?.rows ?? []).map(({ what, unit }) => {
    const before = medianOf(theirs, what);
    const row = { what, unit, ours: medianOf(ours, what) };
    return Number.isNaN(before) ? row : { ...row, beside: { what: commit, value: before } };
  });
}

function run(command: string, args: readonly string[], cwd: string): string {
  const options = { cwd, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 } as const;
  const { status, stdout, stderr, error } = spawnSync(command, args, options);
  if (status === 0) return stdout;
  const why = error?.message ?? stderr.trim().split('\n').slice(-5).join('\n');
  throw new Error(`\`${command} ${args.join(' ')}\` in ${cwd} should have worked, and it did not: ${why}`);
}
