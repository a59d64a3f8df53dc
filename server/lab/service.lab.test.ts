/** The stand-in backend, as its callers on the other machines see it. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Lab, ProgramResult } from './lab.ts';
import { testPlace } from './testing.ts';
import { startTestLab } from './testing-lab.ts';

const place = testPlace();
let lab: Lab;

beforeAll(async () => {
  lab = await startTestLab({ directory: place.directory, log: () => {} });
});
afterAll(async () => {
  await lab.stop();
  place.remove();
});

const sh = (machine: 'manager' | 'backend' | 'frontend', line: string): Promise<ProgramResult> =>
  lab.exec(machine, ['/bin/sh', '-c', line]);

describe('the service', () => {
  const url = 'https://172.16.168.20:8443';
  const login = (body: string): string =>
    `curl -sk --max-time 5 -w '\\n%{http_code}' -H 'content-type: application/json' -d '${body}' ${url}/api/auth/login`;
  const categories = (token: string): string =>
    `curl -sk --max-time 5 -w '\\n%{http_code}' -H 'Authorization: Bearer ${token}' ${url}/api/knowledge_base/categories/main`;

  test('a token from login opens the categories; another does not', async () => {
    const [body = '', status] = (
      await sh('manager', login('{"username":"admin","password":"admin"}'))
    ).stdout.split('\n');
    expect(status).toBe('200');
    const { token } = JSON.parse(body) as { token: string };
    expect(token.length).toBeGreaterThanOrEqual(43);
    const opened = (await sh('manager', categories(token))).stdout.split('\n');
    expect(opened[1]).toBe('200');
    expect(Object.keys(JSON.parse(opened[0] ?? ''))).toEqual(['categories']);
    expect((await sh('manager', categories(`${token}x`))).stdout.split('\n')[1]).toBe('401');
  });

  test.each(['{"username":"admin","password":"wrong"}', 'nonsense', '{}', 'x'.repeat(5000)])(
    'login with %s is 401',
    async (body) => {
      expect((await sh('manager', login(body))).stdout.split('\n')[1]).toBe('401');
    },
  );

  test('one that was stopped by a signal does not hold up the next condition', async () => {
    await lab.exec('backend', ['pkill', '-STOP', '-x', 'standin'], { asRoot: true });
    await lab.setCondition('port-not-reserved', 'fix-bind-eth2');
    expect((await lab.status()).services['backend']).toMatchObject({ state: 'up', at: '172.16.168.20:8443' });
    await lab.setCondition('as-documented');
  });
});
