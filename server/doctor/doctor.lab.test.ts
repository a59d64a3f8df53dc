/** The doctor on machines of the lab: in order, down, with another key, another identity, without tools and rights, with something left over. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadContent, type LoadedWriteup } from '../content/load.ts';
import type { Fleet, Machine } from '../fleet/fleet.ts';
import { fleetReach } from '../fleet/fleetReach.ts';
import { gatesFor } from '../gate/gates.ts';
import { versionOf } from '../gate/program.ts';
import { type Lab, startLab } from '../lab/lab.ts';
import { testPlace } from '../lab/testing.ts';
import { doctor } from './doctor.ts';
import { allFindings, type Finding, type FindingKind, type Report } from './report.ts';
import { doctorText } from './text.ts';

const place = testPlace();
afterAll(() => place.remove());
const content = fileURLToPath(new URL('../../content', import.meta.url));
let writeups: readonly LoadedWriteup[] = [];
let count = 0;
const next = (): number => {
  count += 1;
  return count;
};
beforeAll(async () => {
  writeups = await loadContent(content);
});

const now = (): number => Date.now() / 1000;
const gateOf = (role: string): string => {
  const gates = gatesFor(writeups);
  return role === 'manager' || role === 'backend' || role === 'frontend'
    ? (versionOf(gates[role]) ?? '')
    : '';
};

async function ask(fleet: Fleet, { clock = now, checks = writeups } = {}): Promise<Report> {
  const reach = fleetReach(fleet, { directory: join(place.parent, `s${next()}`), warm: 0, log: () => {} });
  try {
    return await doctor({
      fleet,
      reach,
      writeups: checks,
      gateOf,
      clock,
      signal: new AbortController().signal,
    });
  } finally {
    await reach.close();
  }
}
const of = (report: Report, name: string): readonly Finding[] =>
  report.machines.find((machine) => machine.name === name)?.findings ?? [];
const kinds = (findings: readonly Finding[]): readonly string[] =>
  findings.map(({ kind, level }) => `${level} ${kind}`);
const found = (findings: readonly Finding[], kind: FindingKind): Finding => {
  const finding = findings.find((one) => one.kind === kind);
  if (finding === undefined) throw new Error(`expected ${kind}, found ${kinds(findings).join(', ')}`);
  return finding;
};

describe('a lab that is installed as real machines are', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab({ directory: `${place.directory}1`, log: () => {}, gates: gatesFor(writeups) });
  });
  afterAll(() => lab.stop());
  const changed = (change: Partial<Machine>, knownHosts = lab.fleet.knownHosts): Fleet => ({
    ...lab.fleet,
    knownHosts,
    machines: lab.fleet.machines.map((one) => (one.name === 'backend' ? { ...one, ...change } : one)),
  });
  const pins = (edit: (line: string) => string): string => {
    const file = join(place.parent, `pins${next()}`);
    const lines = readFileSync(lab.fleet.knownHosts, 'utf8').split('\n');
    writeFileSync(file, lines.map((line) => (line.startsWith('backend ') ? edit(line) : line)).join('\n'));
    return file;
  };
  const othersAreFine = (report: Report): void => {
    for (const name of ['manager', 'frontend'])
      expect(of(report, name).filter(({ level }) => level === 'fail')).toEqual([]);
  };

  it('is all in order', async () => {
    const report = await ask(lab.fleet);
    expect(
      allFindings(report).filter(({ level }) => level !== 'ok'),
      doctorText(report),
    ).toEqual([]);
    expect(kinds(of(report, 'backend'))).toEqual([
      'ok reachable',
      'ok host-key-pinned',
      'ok login-accepted',
      'ok right-machine',
      'ok gate-current',
      'ok tools-there',
      'ok root-granted',
      'ok sshd-limits',
      'ok clock-agrees',
      'ok disk-free',
      'ok nothing-left',
    ]);
    const text = doctorText(report);
    expect(text).toMatch(/tools-there +bash \d\S+, curl \d\S+, .*ip \d.*tcpdump \d/);
    expect(text).toMatch(/sshd-limits +MaxSessions 40, MaxStartups 200:30:400, ClientAlive 5 s × 3/);
    expect(text).toMatch(/All 3 machines are in order\.\n$/);
  });

  it('says when a machine is down, and goes on with the others', async () => {
    await lab.machineDown('backend');
    const report = await ask(lab.fleet);
    await lab.machineUp('backend');
    expect(kinds(of(report, 'backend'))).toEqual(['fail unreachable']);
    expect(found(of(report, 'backend'), 'unreachable').say).toContain('backend could not be reached');
    othersAreFine(report);
    expect(doctorText(report)).toContain(
      '2 of 3 machines can be asked everything; 1 to mend, 0 to think about.',
    );
  });

  it('says when the host key changed: both fingerprints, and nothing was sent', async () => {
    const other = readFileSync(lab.fleet.knownHosts, 'utf8')
      .split('\n')
      .find((line) => line.startsWith('manager '));
    const report = await ask(
      changed(
        {},
        pins(() => other?.replace('manager', 'backend') ?? ''),
      ),
    );
    expect(kinds(of(report, 'backend'))).toEqual(['ok reachable', 'fail host-key-changed']);
    expect(found(of(report, 'backend'), 'host-key-changed').say).toMatch(
      /nothing was sent to it\. Pinned is SHA256:\S+, offered was SHA256:\S+/,
    );
    othersAreFine(report);
  });

  it('says when no host key is pinned', async () => {
    const report = await ask(
      changed(
        {},
        pins(() => ''),
      ),
    );
    expect(kinds(of(report, 'backend'))).toEqual(['ok reachable', 'fail host-key-unknown']);
  });

  it('says when keys are trusted by a pattern', async () => {
    const report = await ask(
      changed(
        {},
        pins((line) => `${line}\n*.example.org ssh-ed25519 AAAA`),
      ),
    );
    expect(kinds(report.findings)).toEqual(['warn pinned-by-pattern']);
  });

  it('says when the key is not there, or others may read it', async () => {
    expect(kinds(of(await ask(changed({ keyFile: '/nowhere/id' })), 'backend'))).toEqual(['fail key-file']);
    const open = join(place.parent, 'open');
    writeFileSync(open, readFileSync(lab.fleet.machines[0]?.keyFile ?? ''), { mode: 0o644 });
    const { mend } = { mend: '', ...found(of(await ask(changed({ keyFile: open })), 'backend'), 'key-file') };
    expect(mend).toBe(`chmod 600 '${open}'`);
  });

  it('says when the login is refused, with what to add there', async () => {
    const report = await ask(changed({ user: 'nobody' }));
    expect(kinds(of(report, 'backend'))).toEqual([
      'ok reachable',
      'ok host-key-pinned',
      'fail login-refused',
    ]);
    expect({ mend: '', ...found(of(report, 'backend'), 'login-refused') }.mend).toContain(
      'ssh-keygen -y -f ',
    );
  });

  it('says when another machine answers, and asks it nothing', async () => {
    const report = await ask(changed({ machineId: '0'.repeat(32) }));
    expect(kinds(of(report, 'backend'))).toEqual([
      'ok reachable',
      'ok host-key-pinned',
      'ok login-accepted',
      'fail wrong-machine',
    ]);
  });

  it('says when the inventory does not say who should answer, and what to write', async () => {
    const machines = lab.fleet.machines.map(({ machineId: _, ...one }) => one);
    const finding = found(of(await ask({ ...lab.fleet, machines }), 'backend'), 'identity-not-stated');
    const { machineId } = lab.fleet.machines.find(({ name }) => name === 'backend') ?? {};
    expect({ mend: '', ...finding }.mend).toContain(`vantage_machine_id: ${machineId}`);
  });

  it('says when two names lead to one machine', async () => {
    const file = pins((line) => `${line}\n${line.replace('backend', 'twin')}`);
    const [backend] = lab.fleet.machines.filter(({ name }) => name === 'backend');
    if (backend === undefined) throw new Error('no backend');
    const report = await ask({
      ...lab.fleet,
      knownHosts: file,
      machines: [...lab.fleet.machines, { ...backend, name: 'twin', role: '' }],
    });
    expect(found(of(report, 'backend'), 'same-machine').say).toContain(
      'backend and twin answer with the same machine-id',
    );
    expect(found(of(report, 'twin'), 'same-machine').level).toBe('fail');
  });

  it('says when the clocks are apart', async () => {
    const ahead = await ask(lab.fleet, { clock: () => now() - 100 });
    expect(found(of(ahead, 'backend'), 'clock-skewed').say).toMatch(/about (99|100|101)\.\d s ahead of ours/);
    const behind = await ask(lab.fleet, { clock: () => now() + 3600 });
    expect(found(of(behind, 'backend'), 'clock-skewed').say).toMatch(/about (3599|3600)\.\d s behind ours/);
  });

  it('says when the installed gate is not the one of these checks', async () => {
    const reach = fleetReach(lab.fleet, {
      directory: join(place.parent, `s${next()}`),
      warm: 0,
      log: () => {},
    });
    const report = await doctor({
      ...{ fleet: lab.fleet, reach, writeups, clock: now, signal: new AbortController().signal },
      gateOf: () => 'a'.repeat(64),
    });
    await reach.close();
    expect(kinds(of(report, 'backend')).at(-1)).toBe('fail gate-outdated');
  });
});

describe('a lab without a gate and without rights', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab({
      directory: `${place.directory}2`,
      log: () => {},
      rootCommands: [['/usr/bin/true']],
    });
  });
  afterAll(() => lab.stop());
  /** The checks, in which every step of the backend needs one tool more. */
  const needing = (tool: string): readonly LoadedWriteup[] =>
    writeups.map((writeup) => ({
      ...writeup,
      checks: new Map(
        [...writeup.checks].map(([id, loaded]) => {
          const steps = loaded.check.steps.map((step) =>
            step.vantage === 'backend' ? { ...step, needs: [...step.needs, tool] } : step,
          );
          return [id, { ...loaded, check: { ...loaded.check, steps } }];
        }),
      ),
    }));

  it('says that no gate is there, which right and which tool is missing, each with the command that mends it', async () => {
    const report = await ask(lab.fleet, { checks: needing('no-such-tool') });
    const findings = of(report, 'backend');
    expect(kinds(findings).filter((kind) => !kind.startsWith('ok'))).toEqual([
      'warn gate-missing',
      'fail tool-missing',
      'fail root-refused',
    ]);
    expect(found(findings, 'tool-missing')).toMatchObject({
      say: expect.stringContaining('no-such-tool is not installed'),
      mend: 'sudo apt-get install -y no-such-tool',
    });
    expect(found(findings, 'root-refused')).toMatchObject({
      say: expect.stringContaining('/usr/bin/tcpdump --immediate-mode -s 256 -i lo -nn -l port 8443'),
      mend: expect.stringMatching(/^printf '%s\\n' 'autobot ALL=\(root\) NOPASSWD: .* visudo -cf /),
    });
    expect(kinds(of(report, 'manager'))).toContain('ok tools-there');
  });

  it('says what an earlier run left behind', async () => {
    const leave = 'VANTAGE_RUN=4194303 setsid sleep 300 >/dev/null 2>&1 </dev/null & echo $!';
    expect((await lab.exec('backend', ['sh', '-c', leave])).exit).toBe(0);
    const finding = found(of(await ask(lab.fleet), 'backend'), 'left-over');
    expect(finding.say).toMatch(/processes of runs that are over: \d+ \(sleep 300\)/);
  });
});
