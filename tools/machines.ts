/** `npm run machines`: puts other releases behind the sshd of the lab's machines and writes down what works there. Needs root and debootstrap. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadContent } from '../server/content/load.ts';
import { labNamed, labsOf, writeupsIn } from '../server/content/labs.ts';
import { doctor } from '../server/doctor/doctor.ts';
import { allFindings } from '../server/doctor/report.ts';
import { messageOf } from '../server/files/errors.ts';
import { machineOf } from '../server/fleet/fleet.ts';
import { gatesFor, gateVersions } from '../server/gate/gates.ts';
import { type Lab, startLab } from '../server/lab/lab.ts';
import { runCheck } from '../server/runs/runCheck.ts';
import { fleetTransport } from '../server/target/fleetTransport.ts';
import type { Check } from '../src/core/check/check.ts';
import { runAll } from './matrix-run.ts';
import { buildTree, copyVariant, trees } from './rootTrees.ts';

const usage = `usage: npm run machines -- [--folder <folder>] [--only <release>]… [--write]
  --folder  where the trees are kept (2 GB); /var/cache/vantage-trees without it
  --only    one row of the table: sid, "sid, sudo-rs"; all without it
  --write   write ops/machines.json anew`;
const { values } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    folder: { type: 'string', default: '/var/cache/vantage-trees' },
    only: { type: 'string', multiple: true, default: [] },
  },
});
if (values.help) {
  console.log(usage);
  process.exit(0);
}

/** One machine of the table; every column but the first two says `right`, or what is not. */
type Row = {
  readonly release: string;
  readonly versions: string;
  readonly checks: string;
  readonly doctor: string;
  readonly cancelled: string;
};

const WRITEUP = 'wsl2-mirrored-networking';
const ROW_MS = 5 * 60_000;
const GONE_MS = 10_000;
const writeups = await loadContent(fileURLToPath(new URL('../content', import.meta.url)));
const described = labNamed(labsOf(writeups), WRITEUP);
const own = writeupsIn(writeups, described);
const checks = own.flatMap((writeup) => [...writeup.checks.values()].map(({ check }) => check));

async function examine(release: string, root: string): Promise<Row> {
  const directory = mkdtempSync('/tmp/vm-');
  const signal = AbortSignal.timeout(ROW_MS);
  const options = { lab: described, directory: join(directory, 'lab'), log: () => {}, signal };
  try {
    const lab = await startLab({ ...options, root, gates: gatesFor(writeups) });
    const transport = fleetTransport(lab.fleet, { directory: join(directory, 's'), log: () => {} });
    try {
      const gateOf = (role: string): string => gateVersions(writeups)[role] ?? '';
      const report = await doctor({
        ...{
          fleet: lab.fleet,
          transport,
          writeups: own,
          credentials: { kind: 'documented' },
          gateOf,
          signal,
        },
        clock: () => Date.now() / 1000,
      });
      const findings = allFindings(report);
      const backend = report.machines.find(({ role }) => role === 'backend')?.findings ?? [];
      const tools = backend.find(({ kind }) => kind === 'tools-there')?.message ?? '';
      const wrong = findings.flatMap(({ level, kind }) => (level === 'ok' ? [] : [`${level} ${kind}`]));
      const cells = await runAll({ lab, transport, checks });
      const other = [...cells].flatMap(([id, { verdict }]) =>
        verdict === 'agrees' ? [] : `${id} ${verdict}`,
      );
      return {
        release,
        versions: `${await sshVersion(lab)}, ${tools}`,
        checks: words(other, ` of ${cells.size}`),
        doctor: words(wrong),
        cancelled: await cancelCapture(lab, transport),
      };
    } finally {
      await transport.close();
      await lab.stop();
    }
  } catch (error) {
    const failed = `not examined: ${messageOf(error)}`;
    return { release, versions: '', checks: failed, doctor: '', cancelled: '' };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const words = (wrong: readonly string[], of = ''): string =>
  wrong.length === 0 ? `right${of && `, all${of}`}` : [...new Set(wrong)].join('; ');

async function sshVersion(lab: Lab): Promise<string> {
  const { stderr } = await lab.exec('backend', ['ssh', '-V']);
  return stderr.split(/[ ,]/)[0] ?? '';
}

/** Cancels a check while its capture runs, and asks when nothing of it is left. */
async function cancelCapture(
  lab: Lab,
  transport: Parameters<typeof runCheck>[0]['transport'],
): Promise<string> {
  const check = checks.find(({ effect }) => effect === 'capture') as Check;
  const running = new AbortController();
  const left = async (): Promise<boolean> =>
    (await lab.exec('backend', ['pgrep', '-x', 'tcpdump'], { asRoot: true })).exit === 0;
  let seen = false;
  const judged = runCheck({
    ...{ check, transport, signal: running.signal, credentials: { kind: 'documented' } },
    now: () => performance.now(),
    machineOf: (role) => machineOf(lab.fleet, role),
    emit: ({ kind }) => {
      if (kind === 'output') running.abort();
      seen ||= kind === 'output';
    },
  });
  const { problem } = await judged;
  const from = performance.now();
  while (await left()) if (performance.now() - from > GONE_MS) return 'a capture is left';
  return seen && problem?.kind === 'cancelled' ? 'right' : `ended as ${problem?.kind ?? 'complete'}`;
}

const rows: Row[] = [];
for (const tree of trees)
  for (const variant of tree.variants) {
    const release = variant.name === '' ? tree.suite : `${tree.suite}, ${variant.name}`;
    if (values.only.length > 0 && !values.only.includes(release)) continue;
    const copy = join(values.folder, `.variant-${process.pid}`);
    try {
      await copyVariant(await buildTree(tree, values.folder), variant, copy);
      rows.push(await examine(release, copy));
      console.log(rows.at(-1));
    } catch (error) {
      console.error(`machines: ${release}: ${messageOf(error)}`);
      process.exitCode = 1;
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  }
if (rows.some((row) => ![row.checks, row.doctor, row.cancelled].every((cell) => cell.startsWith('right'))))
  process.exitCode = 1;
if (values.write) {
  const date = new Date().toISOString().slice(0, 10);
  const file = fileURLToPath(new URL('../ops/machines.json', import.meta.url));
  writeFileSync(file, `${JSON.stringify({ date, rows }, undefined, 2)}\n`);
}
