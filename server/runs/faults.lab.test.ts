/** Verdicts can fail: in another state of the lab the right rows change for the right reason, and change back. */
import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { limitationStatus } from '../../src/core/run/limitation.ts';
import { sshTransport } from '../ssh/ssh.ts';
import { type LabFixture, checkOf, startLabFixture, type RunResult, runOnce } from './testing.ts';

let setup: LabFixture;
beforeAll(async () => {
  setup = await startLabFixture();
});
afterAll(() => setup.close());

const row = (id: string): Promise<RunResult> => runOnce(setup, setup.check(id));
async function rows<Id extends string>(...ids: Id[]): Promise<Record<Id, string>> {
  const said: [string, string][] = [];
  for (const id of ids) {
    const { verdict, problem, observed } = (await row(id)).judgement;
    said.push([id, problem ? `${verdict}, ${problem.kind}` : `${verdict}: ${observed}`]);
  }
  return Object.fromEntries(said) as Record<Id, string>;
}
const asRoot = async (machine: string, line: string): Promise<void> => {
  const ran = await setup.lab.exec(machine, ['/bin/sh', '-ec', line], { asRoot: true });
  if (ran.exit !== 0) throw new Error(`expected the lab to run ${line}, found ${ran.stderr}`);
};

const touched = [
  'ss-listen',
  'curl-from-manager',
  'frontend-to-backend',
  'self-loopback',
  'self-own-address',
  'tcpdump-any',
  'tcpdump-lo',
  'route-lookup',
] as const;
describe('the lab in another state', () => {
  afterEach(() => setup.lab.setCondition('as-documented'));

  it('backend stopped: no socket, refused from everywhere; .20’s own refusal proves nothing then', async () => {
    await setup.lab.service('backend', 'stop');
    expect(
      await rows(...touched, 'health-check', 'login', 'authenticated-endpoint', 'frontend-api-call'),
    ).toMatchObject({
      'ss-listen': 'differs: no socket on port 8443',
      'curl-from-manager': 'differs: Connection refused',
      'frontend-to-backend': 'differs: Connection refused',
      'self-loopback': 'inconclusive, control-failed',
      'self-own-address': 'inconclusive, control-failed',
      'route-lookup': `agrees: ${setup.check('route-lookup').documented.value}`,
      'health-check': expect.stringMatching(/^differs/),
      login: expect.stringMatching(/^differs/),
      'authenticated-endpoint': expect.stringMatching(/^(inconclusive|differs)/),
      'frontend-api-call': expect.stringMatching(/^differs/),
    });
    expect((await row('self-loopback')).judgement.problem?.message).toMatch(/listening on \.20/);
    await setup.lab.service('backend', 'start');
  });
  it('backend on another port: no socket on 8443, and refused', async () => {
    await setup.lab.service('backend', { port: 9443 });
    expect(await rows('ss-listen', 'curl-from-manager', 'self-loopback')).toEqual({
      'ss-listen': 'differs: no socket on port 8443, one on port 9443',
      'curl-from-manager': 'differs: Connection refused',
      'self-loopback': 'inconclusive, control-failed',
    });
    await setup.lab.service('backend', { port: 8443 });
  });
  it('loopback path restored: .20 answers itself, packets are seen, and the limitation no longer reproduces', async () => {
    await setup.lab.setCondition('healthy');
    expect(await rows(...touched)).toEqual({
      'ss-listen': 'agrees: LISTEN 0 2048 0.0.0.0:8443',
      'curl-from-manager': 'agrees: TLS handshake + 200 OK',
      'frontend-to-backend': 'agrees: Works normally',
      'self-loopback': 'differs: connected, HTTP 200',
      'self-own-address': 'differs: connected, HTTP 200',
      'tcpdump-any': expect.stringMatching(/^differs: [1-9]\d* packets/),
      'tcpdump-lo': 'agrees: 0 packets',
      'route-lookup': `agrees: ${setup.check('route-lookup').documented.value}`,
    });
    const deciding =
      setup.writeups.find(({ writeup }) => writeup.limitation)?.writeup.limitation?.checks ?? [];
    const runs = await Promise.all(
      deciding.map(async (check) => {
        const { judgement } = await row(check);
        return { check, judgement, condition: '', endedAt: '2026-01-01T00:00:00Z', source: 'lab' as const };
      }),
    );
    expect(limitationStatus(deciding, runs).status).toBe('no longer reproduces');
  });
  it('another cause with the same symptom: .20 is refused as documented, and the capture shows by whom', async () => {
    await setup.lab.setCondition('base');
    const { judgement } = await row('tcpdump-any');
    expect(judgement).toMatchObject({
      verdict: 'differs',
      observed: expect.stringMatching(/^[1-9]\d* packets/),
    });
    expect(judgement.means).toContain('the Windows side refused it');
    expect((await row('self-loopback')).judgement).toMatchObject({
      verdict: 'agrees',
      limitation: 'reproduces',
    });
  });
  it('no right to capture: not 0 packets, but not ready, with what sudo said', async () => {
    await asRoot('backend', 'mv /etc/sudoers /etc/sudoers.away');
    const { judgement, told } = await row('tcpdump-any');
    await asRoot('backend', 'mv /etc/sudoers.away /etc/sudoers');
    expect(judgement).toMatchObject({
      verdict: 'inconclusive',
      problem: {
        kind: 'not-ready',
        step: 'capture',
        message: expect.stringMatching(/sudo.*Check the rights/s),
      },
    });
    // Without a capture nothing is sent either.
    expect(told.some((body) => 'step' in body && body.step !== 'capture')).toBe(false);
  });
  it('a command that is missing is named, and never taken for an empty answer', async () => {
    await asRoot(
      'backend',
      'mkdir /run/bin; mount --bind /usr/bin /run/bin; mount -t tmpfs none /usr/bin; /run/bin/cp -rs /run/bin/. /usr/bin/; /run/bin/rm /usr/bin/ss',
    );
    const { judgement } = await row('ss-listen');
    await asRoot('backend', '/run/bin/umount /usr/bin; umount -l /run/bin; rmdir /run/bin');
    expect(judgement).toMatchObject({
      verdict: 'inconclusive',
      problem: { kind: 'missing-command', message: expect.stringContaining('`ss`') },
    });
  });
  it.each(['frontend', 'backend'] as const)(
    '%s down: its rows are unreachable, the others untouched',
    async (name) => {
      await setup.lab.machineDown(name);
      const own = name === 'frontend' ? 'frontend-to-backend' : 'ss-listen';
      // A run in the very moment may still get a warm channel that is about to break, and there are two: lost, not unreachable.
      let { judgement } = await row(own);
      for (let left = 2; left > 0 && judgement.problem?.kind === 'lost'; left -= 1)
        judgement = (await row(own)).judgement;
      const others = await rows('route-lookup', 'curl-from-manager');
      await setup.lab.machineUp(name);
      expect(judgement).toMatchObject({ verdict: 'inconclusive', problem: { kind: 'unreachable' } });
      expect(judgement.problem?.message).toContain(name);
      expect(judgement.problem?.message).toContain('run the row again');
      if (name === 'frontend') expect(others['route-lookup']).toMatch(/^agrees/);
      expect(others['curl-from-manager']).toMatch(name === 'frontend' ? /^agrees/ : /^differs: /);
    },
  );
  // Once for all of them: what one left behind is in the way of every later run.
  it('after all of that the lab is as documented again, and the rows say so', async () => {
    expect(await rows(...touched)).toEqual(
      Object.fromEntries(touched.map((id) => [id, `agrees: ${setup.check(id).documented.value}`])),
    );
  });
});

describe('somebody else answers', () => {
  it('with another host key: nothing is run, and both fingerprints are told', async () => {
    const directory = mkdtempSync('/tmp/vk-');
    const knownHosts = `${directory}/known_hosts`;
    copyFileSync(setup.fleet.knownHosts, knownHosts);
    const lines = readFileSync(knownHosts, 'utf8').split('\n');
    const key = lines.find((line) => line.startsWith('manager '))?.slice('manager '.length);
    writeFileSync(
      knownHosts,
      lines.map((line) => (line.startsWith('backend ') ? `backend ${key}` : line)).join('\n'),
    );
    const fleet = { ...setup.fleet, knownHosts };
    const transport = sshTransport(fleet, { directory: `${directory}/ssh`, log: () => {} });
    const { judgement, told } = await runOnce({ transport, fleet }, setup.check('ss-listen'));
    const other = await runOnce({ transport, fleet }, setup.check('frontend-to-backend'));
    await transport.close();
    rmSync(directory, { recursive: true });
    expect(judgement.problem).toMatchObject({
      kind: 'host-key',
      message: expect.stringMatching(/nothing was sent.*Pinned is SHA256:\S+, offered was SHA256:/s),
    });
    expect(told.map(({ kind }) => kind)).toEqual(['step-failed']);
    expect(other.judgement.verdict).toBe('agrees');
  });
  it('with another machine-id: nothing is run', async () => {
    const machines = setup.fleet.machines.map((machine) =>
      machine.name === 'backend' ? { ...machine, machineId: '0'.repeat(32) } : machine,
    );
    const { judgement, told } = await runOnce(setup, setup.check('ss-listen'), {
      fleet: { ...setup.fleet, machines },
    });
    expect(judgement.problem).toMatchObject({
      kind: 'wrong-machine',
      message: expect.stringContaining('wsl20'),
    });
    expect(told.map(({ kind }) => kind)).toEqual(['step-failed']);
  });
});

describe('output that is no good', () => {
  const mib = 1024 * 1024;
  it('1 GiB is cut off at the limit, on the machine, and never judged', async () => {
    const { judgement, bytes } = await runOnce(
      setup,
      checkOf('head -c 1073741824 /dev/zero', { limits: { seconds: 20, bytes: mib } }),
    );
    expect(judgement.problem).toMatchObject({
      kind: 'truncated',
      message: expect.stringContaining(`${mib} bytes`),
    });
    expect(bytes().length).toBeLessThanOrEqual(mib);
  });
  it.each(['yes', 'yes >&2'])('output that never ends (%s) is cut off as well', async (command) => {
    const { judgement } = await runOnce(setup, checkOf(command, { limits: { seconds: 20, bytes: mib } }));
    expect(judgement.problem?.kind).toBe('truncated');
  });
  it('output that never ends, slowly, is ended at the time limit; what came is kept', async () => {
    const drip = 'while :; do echo drop; sleep 0.1; done';
    const { judgement, bytes } = await runOnce(setup, checkOf(drip, { limits: { seconds: 1, bytes: mib } }));
    expect(judgement.problem).toMatchObject({ kind: 'timed-out', message: expect.stringContaining('1 s') });
    expect(bytes().toString()).toMatch(/^(drop\n)+$/);
    const left = await setup.lab.exec('backend', ['pgrep', '-f', 'echo [d]rop']);
    expect(left.stdout).toBe('');
  });
  it('bytes that are not UTF-8, and control sequences, arrive as they were sent', async () => {
    const sent = Buffer.from(
      '\xff\xfe\xc3\x28 caf\xe9\n\x1b[2J\x1b]0;owned\x07\x1b[8mhidden\x1b[0m\x00\r\n',
      'latin1',
    );
    const octal = [...sent].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
    const line = (text: string) => ({ kind: 'contains', step: 'only', stream: 'stdout', text });
    const { judgement, bytes, told } = await runOnce(
      setup,
      checkOf(`printf '${octal}'`, {}, { expect: [line('\ufffd\ufffd\ufffd( caf\ufffd'), line('hidden')] }),
    );
    expect(judgement.findings).toMatchObject([{ holds: true }, { holds: true }]);
    expect(bytes()).toEqual(sent);
    expect(told.find(({ kind }) => kind === 'step-ended')).toMatchObject({
      ended: { how: 'complete', stdout: { sha256: createHash('sha256').update(sent).digest('hex') } },
    });
  });
  it('a documented line that only a terminal would show does not make a row agree', async () => {
    const faked = checkOf(
      "printf 'refused\\rLISTEN\\n'",
      {},
      { expect: [{ kind: 'lines', step: 'only', stream: 'stdout', lines: [{ literal: 'LISTEN' }] }] },
    );
    expect((await runOnce(setup, faked)).judgement.verdict).toBe('differs');
  });
});
