/** The doctor on machines of the lab that are installed as real ones are: in order, down, with another key, another identity, another clock. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fleet, Machine } from '../fleet/fleet.ts';
import { gatesFor } from '../gate/gates.ts';
import type { Lab } from '../lab/lab.ts';
import { testPlace } from '../lab/testing.ts';
import { allFindings, type Report, doctorText } from './report.ts';
import { found, kinds, now, of, visit, writeups } from './testing.ts';
import { startTestLab } from '../lab/testing-lab.ts';

const place = testPlace();
afterAll(() => place.remove());
const ask = (fleet: Fleet, change: Parameters<typeof visit>[2] = {}) => visit(place.parent, fleet, change);

describe('a lab that is installed as real machines are', () => {
  let lab: Lab;
  let count = 0;
  beforeAll(async () => {
    lab = await startTestLab({ directory: place.directory, log: () => {}, gates: gatesFor(writeups) });
  });
  afterAll(() => lab.stop());
  const changed = (change: Partial<Machine>, knownHosts = lab.fleet.knownHosts): Fleet => ({
    ...lab.fleet,
    knownHosts,
    machines: lab.fleet.machines.map((one) => (one.name === 'backend' ? { ...one, ...change } : one)),
  });
  const pins = (edit: (line: string) => string): string => {
    count += 1;
    const file = join(place.parent, `pins${count}`);
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
    expect(text).toMatch(/All 3 machines are ready\.\n$/);
  });

  it('says when a machine is down, and goes on with the others', async () => {
    await lab.machineDown('backend');
    const report = await ask(lab.fleet);
    await lab.machineUp('backend');
    expect(kinds(of(report, 'backend'))).toEqual(['fail unreachable']);
    expect(found(of(report, 'backend'), 'unreachable').message).toContain('backend could not be reached');
    othersAreFine(report);
    expect(doctorText(report)).toContain('2 of 3 machines can run every check; 1 to correct, 0 to consider.');
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
    expect(found(of(report, 'backend'), 'host-key-changed').message).toMatch(
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
    const { remedy } = found(of(await ask(changed({ keyFile: open })), 'backend'), 'key-file');
    expect(remedy).toBe(`chmod 600 '${open}'`);
  });

  it('says when the login is refused, with what to add there', async () => {
    const report = await ask(changed({ user: 'nobody' }));
    expect(kinds(of(report, 'backend'))).toEqual([
      'ok reachable',
      'ok host-key-pinned',
      'fail login-refused',
    ]);
    expect(found(of(report, 'backend'), 'login-refused').remedy).toContain('ssh-keygen -y -f ');
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
    expect(finding.remedy).toContain(`vantage_machine_id: ${machineId}`);
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
    expect(found(of(report, 'backend'), 'same-machine').message).toContain(
      'backend and twin answer with the same machine-id',
    );
    expect(found(of(report, 'twin'), 'same-machine').level).toBe('fail');
  });

  it('says when the clocks are apart', async () => {
    const ahead = await ask(lab.fleet, { clock: () => now() - 100 });
    expect(found(of(ahead, 'backend'), 'clock-skewed').message).toMatch(
      /about (99|100|101)\.\d s ahead of ours/,
    );
    const behind = await ask(lab.fleet, { clock: () => now() + 3600 });
    expect(found(of(behind, 'backend'), 'clock-skewed').message).toMatch(
      /about (3599|3600)\.\d s behind ours/,
    );
  });

  it('says when the installed gate is not the one of these checks', async () => {
    const report = await ask(lab.fleet, { gateOf: () => 'a'.repeat(64) });
    expect(kinds(of(report, 'backend')).at(-1)).toBe('fail gate-outdated');
  });
});
