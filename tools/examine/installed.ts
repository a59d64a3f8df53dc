/** Machines on which everything is installed: checks, doctor, runs that are broken off, other ssh clients. Each says what is not right. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Transport } from '../../server/agent/contract.ts';
import { writeupsIn } from '../../server/content/labs.ts';
import { doctor } from '../../server/doctor/doctor.ts';
import { allFindings } from '../../server/doctor/report.ts';
import { gateVersions } from '../../server/gate/gates.ts';
import type { Check } from '../../src/core/check/check.ts';
import { runAll } from '../../server/cli/runTable.ts';
import { mainLab, oneRun, type Open, over, PART_MS, readingOn, writeups } from './openLab.ts';

const GONE_MS = 10_000;
const CUT =
  'nft "table inet cut { chain i { type filter hook input priority 0; tcp dport 22 drop; }; chain o { type filter hook output priority 0; tcp sport 22 drop; }; }"';

export async function wrongChecks(open: Open & { readonly transport: Transport }) {
  const cells = await runAll({
    ...open,
    signal: new AbortController().signal,
    out: (text) => void process.stdout.write(text),
  });
  return [...cells].flatMap(([id, { verdict }]) => (verdict === 'agrees' ? [] : [`${id} ${verdict}`]));
}

export async function visited({ lab }: Open, transport: Transport) {
  const gateOf = (role: string): string => gateVersions(writeups)[role] ?? '';
  const report = await doctor({
    ...{ fleet: lab.fleet, transport, writeups: writeupsIn(writeups, mainLab), gateOf },
    ...{ credentials: { kind: 'documented' }, signal: AbortSignal.timeout(PART_MS) },
    clock: () => Date.now() / 1000,
  });
  const tools = allFindings(report)
    .filter(({ kind }) => kind === 'tools-there')
    .sort((one, other) => other.message.length - one.message.length);
  const wrong = allFindings(report).filter(({ level }) => level !== 'ok');
  return { wrong: wrong.map(({ level, kind }) => `${level} ${kind}`), tools: tools[0]?.message ?? '' };
}

export async function sshVersion({ lab }: Open): Promise<string> {
  const [machine] = lab.fleet.machines;
  const { stderr } = await lab.exec(machine?.name ?? '', ['ssh', '-V']);
  return stderr.split(/[ ,]/)[0] ?? '';
}

/** Breaks a check off while its capture runs, and asks what is left of it, and whether the next run is right. */
export async function brokenOff({ lab, checks }: Open, transport: Transport, how: 'cancelled' | 'lost') {
  const check = checks.find(({ effect }) => effect === 'capture') as Check;
  const role = check.steps[0]?.role ?? '';
  const asRoot = (line: string) => lab.exec(role, ['/bin/sh', '-c', line], { asRoot: true });
  const running = new AbortController();
  let broken: Promise<unknown> | undefined;
  const breakOff = async () => (how === 'cancelled' ? running.abort() : asRoot(CUT));
  const { problem } = await oneRun(
    lab.fleet,
    transport,
    check,
    ({ kind }) => {
      if (kind === 'output') broken ??= breakOff();
    },
    running.signal,
  );
  await broken;
  const from = performance.now();
  while ((await asRoot('pgrep -x tcpdump')).exit === 0)
    if (performance.now() - from > GONE_MS) return ['a capture is left'];
  if (how === 'lost') await asRoot('nft delete table inet cut');
  const again = await oneRun(lab.fleet, transport, check);
  return [
    ...(broken !== undefined && problem?.kind === how ? [] : [`ended as ${problem?.kind ?? 'complete'}`]),
    ...(again.verdict === 'agrees' ? [] : [`the run after it: ${again.problem?.message ?? again.verdict}`]),
  ];
}

/** The docs server with the ssh of another release: a run agrees, and nothing that ssh says is taken for the machine's words. */
export async function wrongClient(open: Open, tree: string): Promise<readonly string[]> {
  const folder = join(open.directory, 'client');
  const libraries = join(tree, 'usr/lib/x86_64-linux-gnu');
  const line = `exec ${libraries}/ld-linux-x86-64.so.2 --library-path ${libraries} ${tree}/usr/bin/ssh "$@"`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'ssh'), `#!/bin/sh\n${line}\n`, { mode: 0o755 });
  const { PATH = '' } = process.env;
  process.env.PATH = `${folder}:${PATH}`;
  const warnings: string[] = [];
  const name = tree.split('/').at(-1) ?? tree;
  const { check } = readingOn(open);
  try {
    const { verdict, problem } = await over(open, open.lab.fleet, (transport) =>
      oneRun(open.lab.fleet, transport, check, (body) => {
        if (body.kind === 'output' && body.stream === 'stderr') warnings.push(`${name}: words on stderr`);
      }),
    );
    return verdict === 'agrees' ? warnings : [`${name}: ${problem?.message ?? verdict}`];
  } finally {
    process.env.PATH = PATH;
  }
}
