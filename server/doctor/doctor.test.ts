/** A doctor's visit to this very machine: what is said of a fleet in which roles are not played, and of a machine that stops answering in the middle. */
import { spawn, spawnSync } from 'node:child_process';
import { afterAll, describe, expect, it } from 'vitest';
import type { Credentials } from '../fleet/credentials.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { CommandResult, Transport } from '../agent/contract.ts';
import { localTransport } from '../agent/local.ts';
import { doctor } from './doctor.ts';
import { probeCommand, parseProbe } from '../gate/probe.ts';
import { allFindings, levelOf, type Report } from './report.ts';
import { found, kinds, of, now, writeups } from './testing.ts';

const local = localTransport();
afterAll(() => local.close());

const here = { name: 'here', role: 'frontend', address: '127.0.0.1', port: 22, user: 'me', keyFile: '' };
const fleet: Fleet = {
  ...{ name: 'test', source: 'live', knownHosts: '/nowhere/known_hosts' },
  machines: [{ ...here, local: true }],
};
const visit = (transport: Transport, credentials: Credentials = { kind: 'documented' }): Promise<Report> =>
  doctor({
    ...{ fleet, transport, writeups, credentials, gateOf: () => '', clock: now },
    signal: new AbortController().signal,
  });

describe('a fleet', () => {
  it('whose operator named no credentials is told which rows will be inconclusive, and what to write', async () => {
    const report = await visit(local, { kind: 'of-operator', sets: new Map() });
    expect(found(report.findings, 'credentials-missing')).toMatchObject({
      level: 'warn',
      message:
        'There are no credentials `backend` (username, password), so authenticated-endpoint and login will be inconclusive: nothing is sent.',
      remedy:
        'name them with --credentials FILE (chmod 600): `backend: { username: …, password: … }`, or in VANTAGE_CREDENTIAL_BACKEND_USERNAME and VANTAGE_CREDENTIAL_BACKEND_PASSWORD',
    });
  });
  it('in which roles are not played fails for each of them, with what to write', async () => {
    const report = await visit(local);
    expect(kinds(report.findings)).toEqual(Array(2).fill('fail role-unplayed'));
    expect(found(report.findings, 'role-unplayed')).toMatchObject({
      message: 'no machine plays the role manager; its steps cannot run',
      remedy: expect.stringMatching(
        /^write `vantage_role: manager` at one host .*`manager: HOST` below `roles:`/,
      ),
    });
    expect(of(report, 'here').map(({ kind }) => kind)).toContain('clock-agrees');
  });
});

describe('a machine that greets, and then does not finish the probe', () => {
  const empty = { bytes: 0, sha256: '' };
  const ends: readonly CommandResult[] = [
    { how: 'overtime', exit: 137, stdout: empty, stderr: empty },
    { how: 'truncated', exit: 137, stdout: empty, stderr: empty },
    { how: 'lost', message: 'The connection broke.' },
    { how: 'complete', exit: 0, stdout: empty, stderr: empty },
  ];
  it.each(ends)('is not probed, and nothing is concluded from half an answer: $how', async (ended) => {
    const transport: Transport = {
      ...local,
      async open(role, signal) {
        const channel = await local.open(role, signal);
        const run: typeof channel.run = (_, heard) => {
          heard('stdout', Buffer.from('clock 1000.5\ntool curl curl 8.1.2\nroot 0 yes\n'));
          return Promise.resolve(ended);
        };
        return { ...channel, run };
      },
    };
    const report = await visit(transport);
    const findings = of(report, 'here');
    expect(kinds(findings).filter((kind) => !/^ok reachable|identity/.test(kind))).toEqual([
      'fail not-probed',
    ]);
    expect(found(findings, 'not-probed').message).toMatch(/^here could not be probed: /);
    expect(levelOf(allFindings(report))).toBe('fail');
  });
});

it('a command line with the escape of a line break makes no line of the answer', () => {
  const left = spawn('sh', ['-c', 'read -r _', '\\nmissing curl\\nroot 0 yes'], {
    env: { VANTAGE_RUN: '4194303' },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const { stdout } = spawnSync('dash', ['-c', probeCommand({ tools: [], root: [], seconds: 1 })], {
    encoding: 'utf8',
  });
  left.stdin.end();
  const look = parseProbe(stdout);
  expect(look.left).toContainEqual({
    pid: left.pid,
    command: 'sh -c read -r _ \\nmissing curl\\nroot 0 yes ',
  });
  expect(look.missing).toEqual([]);
  expect(look.granted.size).toBe(0);
});
