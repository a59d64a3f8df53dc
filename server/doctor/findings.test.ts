/** What a doctor makes of answers, also of those that no honest machine would give. */
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { Machine } from '../fleet/fleet.ts';
import { TransportError, type TransportProblem } from '../agent/contract.ts';
import { probeCommand, type Needs, parseProbe } from '../gate/probe.ts';
import { assessFailure, assessGate, assessIdentity, assessPins, assessProbe } from './assess.ts';
import { doctorText } from './report.ts';

const capture = '/usr/bin/timeout -s INT -k 1 9 /usr/bin/tcpdump -i any -nn port 8443'.split(' ');
const needs: Needs = { tools: ['curl', 'sudo'], root: [capture], seconds: 15 };
const healthy = `clock 1000.5
tool curl curl 8.1.2 (x86_64)
tool sudo Sudo version 1.9.13p3
root 0 yes
sshd maxsessions 10
sshd maxstartups 10:30:100
sshd clientaliveinterval 5
sshd clientalivecountmax 3
disk 900000 /
end
`;
const of = (text: string, clock: { least: number; most: number } | undefined = { least: -0.1, most: 0.1 }) =>
  assessProbe({ needs, probe: parseProbe(text), clock, user: 'autobot' });
const bad = (text: string) =>
  of(text).flatMap(({ kind, level }) => (level === 'ok' ? [] : [`${level} ${kind}`]));

describe('an answer', () => {
  it('that is as it should be needs no remedy', () => {
    expect(bad(healthy)).toEqual([]);
  });

  it.each([
    [
      'a tool is missing',
      healthy.replace('tool curl curl 8.1.2 (x86_64)', 'missing curl'),
      ['fail tool-missing'],
    ],
    ['a right is missing', healthy.replace('root 0 yes', 'root 0 no'), ['fail root-refused']],
    ['nothing is said of a right', healthy.replace('root 0 yes\n', ''), ['fail root-refused']],
    [
      'few sessions are allowed',
      healthy.replace('maxsessions 10', 'maxsessions 4'),
      ['warn sshd-limits-low'],
    ],
    [
      'the link is not watched',
      healthy.replace('clientaliveinterval 5', 'clientaliveinterval 0'),
      ['warn sshd-limits-low'],
    ],
    [
      'the link is watched, and never given up',
      healthy.replace('clientalivecountmax 3', 'clientalivecountmax 0'),
      ['warn sshd-limits-low'],
    ],
    ['logins are refused by chance', healthy.replace('10:30:100', '1:50:2'), ['warn sshd-limits-low']],
    ['sshd says nothing of its limits', healthy.replaceAll(/^sshd .*\n/gm, ''), ['warn sshd-limits-unread']],
    [
      'sshd does not say one of its limits in words of ours: it is not taken for the default',
      healthy.replace('maxsessions 10', 'maxsessions many'),
      ['warn sshd-limits-unread'],
    ],
    ['little room is left', healthy.replace('900000', '20000'), ['warn disk-full']],
    ['no room is left', healthy.replace('900000', '12'), ['fail disk-full']],
    ['a process is left', healthy.replace('end', 'left 77 sleep 300 \nend'), ['warn left-over']],
    ['an old capture is left', healthy.replace('end', 'capture 77 400\nend'), ['warn left-over']],
    ['a capture is going on', healthy.replace('end', 'capture 77 3\nend'), []],
    ['sudo has a known fault', healthy.replace('1.9.13p3', '1.9.15p5'), ['warn tool-doubtful']],
  ])('%s', (_, text, expected) => {
    expect(bad(text)).toEqual(expected);
  });

  it('is believed only in words of ours', () => {
    const look = parseProbe(
      'clock 1e9\nroot 0 yes; root 1 yes\ntool \ndisk x /\nleft -1 x\n end\nroot 00 maybe\n',
    );
    expect(look).toEqual({
      clock: 1,
      versions: new Map(),
      packages: new Map(),
      missing: [],
      granted: new Map(),
      sshd: new Map(),
      disks: [],
      left: [],
      captures: [],
      whole: false,
    });
  });

  it('the clock is judged by the least that it can be wrong', () => {
    const skew = (least: number, most: number) =>
      of(healthy, { least, most }).find(({ kind }) => kind.startsWith('clock'));
    expect(skew(-9, 1)?.kind).toBe('clock-agrees');
    expect(skew(1.5, 9)?.kind).toBe('clock-agrees');
    expect(skew(2.5, 3.5)?.message).toMatch(/about 3\.0 s ahead of ours/);
    expect(skew(-3.5, -2.5)?.message).toMatch(/about 3\.0 s behind ours/);
    const unread = assessProbe({ needs, probe: parseProbe(healthy), clock: undefined, user: 'autobot' });
    expect(unread.some(({ kind }) => kind.startsWith('clock'))).toBe(false);
  });
});

describe('the command of the probe', () => {
  it('is one line that a POSIX shell takes, and reads only', () => {
    const command = probeCommand(needs);
    expect(command).not.toMatch(/[\n\r\0]/);
    expect(() => execFileSync('sh', ['-n', '-c', command])).not.toThrow();
    // Nothing is written to a place, but for what nobody reads.
    expect(command.replaceAll(/2?>\/dev\/null|2>&1/g, '')).not.toContain('>');
    expect(command.match(/sudo -n -l \S+/g)).toEqual(['sudo -n -l /usr/bin/timeout']);
  });

  it('is the same for the same checks', () => {
    expect(probeCommand(needs)).toBe(probeCommand({ ...needs, tools: [...needs.tools] }));
  });

  it('comes to its end on this machine', () => {
    const text = execFileSync(
      'sh',
      ['-c', probeCommand({ tools: ['sh', 'no-such-tool'], root: [], seconds: 1 })],
      {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
    const look = parseProbe(text);
    expect([look.whole, look.missing, look.versions.has('sh')]).toEqual([true, ['no-such-tool'], true]);
    expect(Math.abs((look.clock ?? 0) - Date.now() / 1000)).toBeLessThan(30);
  });
});

describe('on the way to a machine', () => {
  const machine: Machine = {
    ...{ name: 'vm20', role: 'backend', address: '172.16.168.20', port: 22 },
    ...{ user: 'autobot', keyFile: '/k k', machineId: 'a'.repeat(32) },
  };
  const pins = { file: '/srv/known_hosts', text: 'vm20 ssh-ed25519 AAAA\n' };
  const kinds = (problem: TransportProblem, message = 'x', change: Partial<Machine> = {}, text = pins.text) =>
    assessFailure({ ...machine, ...change }, new TransportError(problem, message), { ...pins, text }).map(
      ({ kind, level }) => `${level} ${kind}`,
    );

  it('a key that is not pinned is unknown, one that is pinned and another has changed', () => {
    expect(kinds('host-key')).toEqual(['ok reachable', 'fail host-key-changed']);
    expect(kinds('host-key', 'x', {}, 'vm21 ssh-ed25519 AAAA')).toEqual([
      'ok reachable',
      'fail host-key-unknown',
    ]);
  });

  it.each([
    "vm20 let autobot in, but no agent greeted; what came was: 'exec' is not recognized as an internal or external command",
    'what came was: Microsoft Windows [Version 10.0.26100]',
    'Remote software version OpenSSH_for_Windows_9.5',
  ])('Windows at the address of a Linux machine is named: %s', (message) => {
    expect(kinds('not-an-agent', message)).toEqual([
      'ok reachable',
      'ok host-key-pinned',
      'fail answers-as-windows',
    ]);
  });

  it('an address that sshd punishes and a client that is too old are causes of their own', () => {
    expect(kinds('refused-login', 'it refused several (PerSourcePenalties of sshd)')).toEqual([
      'ok reachable',
      'fail address-punished',
    ]);
    expect(kinds('unreachable', 'The client does not know the setting x')).toEqual(['fail ssh-client-old']);
  });

  it('nothing is known of a machine behind a jump host that refused us', () => {
    const error = new TransportError('refused-login', 'vm20 is behind gate, where', 'gate');
    expect(assessFailure(machine, error, pins)).toMatchObject([
      { kind: 'unreachable', message: 'vm20 is behind gate, where' },
    ]);
  });

  it('a machine that is only a way to others needs no agent', () => {
    expect(kinds('not-an-agent', 'nologin', { role: '' })).toEqual([
      'ok reachable',
      'ok host-key-pinned',
      'ok login-accepted',
    ]);
    expect(kinds('not-an-agent', 'nologin')).toEqual(['ok reachable', 'ok host-key-pinned', 'fail no-agent']);
  });

  it('names in commands are quoted', () => {
    const [, , refused] = assessFailure(machine, new TransportError('refused-login', 'x'), pins);
    expect(refused).toMatchObject({
      kind: 'login-refused',
      remedy: expect.stringContaining("ssh-keygen -y -f '/k k'"),
    });
  });

  it('another machine than stated is wrong, and none stated is said', () => {
    const identity = {
      hostName: 'h',
      machineId: 'b'.repeat(32),
      kernel: '6',
      user: 'autobot',
      hostKey: '',
      gate: '',
    };
    const { machineId: _, ...unstated } = machine;
    expect(assessIdentity(machine, identity).at(-1)?.kind).toBe('wrong-machine');
    expect(assessIdentity(unstated, identity).at(-1)?.kind).toBe('identity-not-stated');
    expect(assessGate(machine, { ...identity, gate: 'c' }, 'd').kind).toBe('gate-outdated');
  });

  it('keys that are pinned for a pattern are named by their line', () => {
    const text =
      'vm20 ssh-ed25519 A\n# *\n\n* ssh-ed25519 A\n|1|x|y ssh-ed25519 A\n@cert-authority vm20 ssh-ed25519 A\n';
    expect(assessPins({ text, file: '/k' }).map(({ message }) => message.split(' ')[0])).toEqual([
      '/k:4',
      '/k:5',
      '/k:6',
    ]);
  });
});

it('what a machine says does not move the cursor of who reads the report', () => {
  const text = doctorText({
    ...{ fleet: 'f', source: 'live', findings: [] },
    machines: [
      {
        ...{ name: 'vm20', role: 'backend', address: 'x' },
        findings: [
          { kind: 'left-over', level: 'warn', message: 'a\x1b[2J\u202eb\rc', remedy: 'kill\u2028 1' },
        ],
      },
    ],
  });
  expect(text).toContain(
    'warn  left-over           a\\u001b[2J\\u202eb\\u000dc\n        remedy: kill\\u2028 1',
  );
});

it('sudo-rs and uutils are named, sudo-rs without a fault that only sudo has, and uutils with what differs', () => {
  const root = { ...needs, tools: ['sudo', 'timeout'] };
  const text = 'tool sudo sudo-rs 0.2.15\ntool timeout timeout (uutils coreutils) 0.12.0\nroot 0 yes\nend\n';
  const findings = assessProbe({ needs: root, probe: parseProbe(text), clock: undefined, user: 'autobot' });
  expect(findings.slice(0, 3)).toMatchObject([
    { level: 'ok', message: 'sudo 0.2.15 (sudo-rs), timeout 0.12.0 (uutils)' },
    { level: 'ok', message: expect.stringMatching(/^timeout is of uutils, which kills a capture/) },
    { kind: 'root-granted' },
  ]);
});
