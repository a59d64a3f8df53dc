/** Proof that verdicts can fail: the lab is put in another state, the right rows turn with the right reason, and come back. */
import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { limitationStatus } from '../../src/core/run/limitation.ts';
import { sshTransport } from '../ssh/ssh.ts';
import { type Bench, checkOf, openBench, type Take, take } from './testing.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

const row = (id: string): Promise<Take> => take(bench, bench.check(id));
/** Verdict, problem and observed text of each row, in one look. */
async function rows<Id extends string>(...ids: Id[]): Promise<Record<Id, string>> {
  const said: [string, string][] = [];
  for (const id of ids) {
    const { verdict, problem, observed } = (await row(id)).judgement;
    said.push([id, problem ? `${verdict}, ${problem.kind}` : `${verdict}: ${observed}`]);
  }
  return Object.fromEntries(said) as Record<Id, string>;
}
const asRoot = async (machine: string, line: string): Promise<void> => {
  const ran = await bench.lab.exec(machine, ['/bin/sh', '-ec', line], { asRoot: true });
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
/** After each test the lab is as documented again, and the rows say so. */
afterEach(async () => {
  await bench.lab.setCondition('as-documented');
  const again = await rows(...touched);
  expect(again).toEqual(
    Object.fromEntries(touched.map((id) => [id, `agrees: ${bench.check(id).documented.value}`])),
  );
});

describe('the lab in another state', () => {
  it('backend stopped: no socket, refused from everywhere; .20’s own refusal proves nothing then', async () => {
    await bench.lab.service('backend', 'stop');
    expect(
      await rows(...touched, 'health-check', 'login', 'authenticated-endpoint', 'frontend-api-call'),
    ).toMatchObject({
      'ss-listen': 'differs: no socket on port 8443',
      'curl-from-manager': 'differs: Connection refused',
      'frontend-to-backend': 'differs: Connection refused',
      'self-loopback': 'inconclusive, control-failed',
      'self-own-address': 'inconclusive, control-failed',
      'route-lookup': `agrees: ${bench.check('route-lookup').documented.value}`,
      'health-check': expect.stringMatching(/^differs/),
      login: expect.stringMatching(/^differs/),
      'authenticated-endpoint': expect.stringMatching(/^(inconclusive|differs)/),
      'frontend-api-call': expect.stringMatching(/^differs/),
    });
    expect((await row('self-loopback')).judgement.problem?.message).toMatch(/listening on \.20/);
    await bench.lab.service('backend', 'start');
  });
  it('backend on another port: no socket on 8443, and refused', async () => {
    await bench.lab.service('backend', { port: 9443 });
    expect(await rows('ss-listen', 'curl-from-manager', 'self-loopback')).toEqual({
      'ss-listen': 'differs: no socket on port 8443',
      'curl-from-manager': 'differs: Connection refused',
      'self-loopback': 'inconclusive, control-failed',
    });
    await bench.lab.service('backend', { port: 8443 });
  });
  it('loopback path restored: .20 answers itself, packets are seen, and the limitation no longer reproduces', async () => {
    await bench.lab.setCondition('healthy');
    expect(await rows(...touched)).toEqual({
      'ss-listen': 'agrees: LISTEN 0 2048 0.0.0.0:8443',
      'curl-from-manager': 'agrees: TLS handshake + 200 OK',
      'frontend-to-backend': 'agrees: Works normally',
      'self-loopback': 'differs: connected, HTTP 200',
      'self-own-address': 'differs: connected, HTTP 200',
      'tcpdump-any': expect.stringMatching(/^differs: [1-9]\d* packets/),
      'tcpdump-lo': 'agrees: 0 packets',
      'route-lookup': `agrees: ${bench.check('route-lookup').documented.value}`,
    });
    const deciding =
      bench.writeups.find(({ writeup }) => writeup.limitation)?.writeup.limitation?.checks ?? [];
    const taken = await Promise.all(
      deciding.map(async (check) => ({
        check,
        judgement: (await row(check)).judgement,
        takenAt: '2026-01-01T00:00:00Z',
        source: 'lab' as const,
      })),
    );
    expect(limitationStatus(deciding, taken).status).toBe('no longer reproduces');
  });
  it('another cause with the same symptom: .20 is refused as documented, and the capture shows by whom', async () => {
    await bench.lab.setCondition('base');
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
      await bench.lab.machineDown(name);
      const own = name === 'frontend' ? 'frontend-to-backend' : 'ss-listen';
      // A run in the very moment may still get a warm channel that is about to break, and there are two: lost, not unreachable.
      let { judgement } = await row(own);
      for (let left = 2; left > 0 && judgement.problem?.kind === 'lost'; left -= 1)
        judgement = (await row(own)).judgement;
      const others = await rows('route-lookup', 'curl-from-manager');
      await bench.lab.machineUp(name);
      expect(judgement).toMatchObject({ verdict: 'inconclusive', problem: { kind: 'unreachable' } });
      expect(judgement.problem?.message).toContain(name);
      expect(judgement.problem?.message).toContain('run the row again');
      if (name === 'frontend') expect(others['route-lookup']).toMatch(/^agrees/);
      expect(others['curl-from-manager']).toMatch(name === 'frontend' ? /^agrees/ : /^differs: /);
    },
  );
});

describe('somebody else answers', () => {
  it('with another host key: nothing is run, and both fingerprints are told', async () => {
    const directory = mkdtempSync('/tmp/vk-');
    const knownHosts = `${directory}/known_hosts`;
    copyFileSync(bench.fleet.knownHosts, knownHosts);
    const lines = readFileSync(knownHosts, 'utf8').split('\n');
    const key = lines.find((line) => line.startsWith('manager '))?.slice('manager '.length);
    writeFileSync(
      knownHosts,
      lines.map((line) => (line.startsWith('backend ') ? `backend ${key}` : line)).join('\n'),
    );
    const fleet = { ...bench.fleet, knownHosts };
    const reach = sshTransport(fleet, { directory: `${directory}/ssh`, log: () => {} });
    const { judgement, told } = await take({ reach, fleet }, bench.check('ss-listen'));
    const other = await take({ reach, fleet }, bench.check('frontend-to-backend'));
    await reach.close();
    rmSync(directory, { recursive: true });
    expect(judgement.problem).toMatchObject({
      kind: 'host-key',
      message: expect.stringMatching(/nothing was sent.*Pinned is SHA256:\S+, offered was SHA256:/s),
    });
    expect(told.map(({ kind }) => kind)).toEqual(['step-failed']);
    expect(other.judgement.verdict).toBe('agrees');
  });
  it('with another machine-id: nothing is run', async () => {
    const machines = bench.fleet.machines.map((machine) =>
      machine.name === 'backend' ? { ...machine, machineId: '0'.repeat(32) } : machine,
    );
    const { judgement, told } = await take(bench, bench.check('ss-listen'), {
      fleet: { ...bench.fleet, machines },
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
    const { judgement, bytes } = await take(
      bench,
      checkOf('head -c 1073741824 /dev/zero', { limits: { seconds: 20, bytes: mib } }),
    );
    expect(judgement.problem).toMatchObject({
      kind: 'truncated',
      message: expect.stringContaining(`${mib} bytes`),
    });
    expect(bytes().length).toBeLessThanOrEqual(mib);
  });
  it.each(['yes', 'yes >&2'])('output that never ends (%s) is cut off as well', async (command) => {
    const { judgement } = await take(bench, checkOf(command, { limits: { seconds: 20, bytes: mib } }));
    expect(judgement.problem?.kind).toBe('truncated');
  });
  it('output that never ends, slowly, is ended at the time limit; what came is kept', async () => {
    const drip = 'while :; do echo drop; sleep 0.1; done';
    const { judgement, bytes } = await take(bench, checkOf(drip, { limits: { seconds: 1, bytes: mib } }));
    expect(judgement.problem).toMatchObject({ kind: 'timed-out', message: expect.stringContaining('1 s') });
    expect(bytes().toString()).toMatch(/^(drop\n)+$/);
    const left = await bench.lab.exec('backend', ['pgrep', '-f', 'echo [d]rop']);
    expect(left.stdout).toBe('');
  });
  it('bytes that are no UTF-8, and control sequences, arrive as they were sent', async () => {
    const sent = Buffer.from(
      '\xff\xfe\xc3\x28 caf\xe9\n\x1b[2J\x1b]0;owned\x07\x1b[8mhidden\x1b[0m\x00\r\n',
      'latin1',
    );
    const octal = [...sent].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
    const line = (text: string) => ({ kind: 'contains', step: 'only', stream: 'stdout', text });
    const { judgement, bytes, told } = await take(
      bench,
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
    expect((await take(bench, faked)).judgement.verdict).toBe('differs');
  });
});
