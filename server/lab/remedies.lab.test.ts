/** What the machines are like in some conditions, as the login user and the docs server meet them. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sshTransport } from '../ssh/ssh.ts';
import type { Lab, ProgramResult } from './lab.ts';
import { testPlace } from './testing.ts';
import { startTestLab } from './testing-lab.ts';

const place = testPlace();
let lab: Lab;

beforeAll(async () => {
  lab = await startTestLab({ directory: place.directory, log: () => {}, condition: 'base' });
});
afterAll(async () => {
  await lab.stop();
  place.remove();
});

const sh = (machine: 'manager' | 'backend' | 'frontend', line: string): Promise<ProgramResult> =>
  lab.exec(machine, ['/bin/sh', '-c', line]);
const answer = async (machine: 'manager' | 'backend' | 'frontend', url: string): Promise<string> =>
  (
    await sh(machine, `curl -sk --noproxy '*' --max-time 3 -o /dev/null -w %{http_code} ${url}; echo " $?"`)
  ).stdout.trim();
const own = 'https://127.0.0.1:8443/api/health';
const lan = 'https://172.16.168.20:8443/api/health';

describe('what the remedies do', () => {
  test('behind nginx, the backend is called without TLS by nginx alone', async () => {
    await lab.setCondition('port-not-reserved', 'fix-nginx-socket');
    expect((await lab.status()).services['backend']).toEqual({
      state: 'up',
      at: '/run/standin/backend.sock',
    });
    expect((await sh('manager', `curl -skI --noproxy '*' --max-time 3 ${lan}`)).stdout).toMatch(
      /^Server: nginx/im,
    );
    await expect(lab.service('backend', { port: 9443 })).rejects.toThrow('expected backend on a port');
    await lab.setCondition('port-not-reserved', 'fix-nginx-loopback');
    expect(await answer('manager', lan)).toBe('502 0');
    expect(await answer('backend', 'http://127.0.0.1:8001/api/health')).toBe('000 7');
  });

  test('a proxy variable fools a plain curl, and no other', async () => {
    await lab.setCondition('proxy-variable');
    expect((await sh('backend', `curl -sSk --max-time 3 ${own}`)).stderr).toContain('127.0.0.1 port 7890');
    expect(await answer('backend', own)).toBe('200 0');
    await lab.setCondition('base');
    expect((await sh('backend', 'env')).stdout).not.toMatch(/proxy/i);
  });
});

test('over ssh, a session that is opened right after a condition meets that condition, and is not lost', async () => {
  const reach = sshTransport(lab.fleet, { directory: `${place.parent}/ssh`, log: () => {} });
  const heard = async (): Promise<string> => {
    const channel = await reach.open('backend', new AbortController().signal);
    let said = '';
    const command = 'printenv http_proxy || echo none; ip -br -4 addr show dev eth2';
    const ended = await channel.run(
      { id: 'test/step', command, limits: { seconds: 5, bytes: 4096 } },
      (stream, bytes) => {
        said += stream === 'stdout' ? Buffer.from(bytes).toString() : '';
      },
    );
    channel.close();
    expect(ended.how).toBe('complete');
    return said;
  };
  try {
    for (const turn of [1, 2]) {
      await lab.setCondition('port-not-reserved', 'fix-nat');
      expect(await heard(), `turn ${turn}`).toMatch(/^none\n.* 172\.28\.32\.20\/20/);
      await lab.setCondition('port-not-reserved', 'fix-nat-port-proxy');
      expect(await heard()).toMatch(/^none\n.* 172\.28\.32\.20\/20/);
      await lab.setCondition('proxy-variable');
      expect(await heard()).toMatch(/^http:\/\/127\.0\.0\.1:7890\n.* 172\.16\.168\.20\/24/);
      await lab.setCondition('base');
      expect(await heard()).toMatch(/^none\n.* 172\.16\.168\.20\/24/);
    }
  } finally {
    await reach.close();
  }
});
