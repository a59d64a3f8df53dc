/** The stand-in Windows host dies, and is there again. The other parts are in `faults.lab.test.ts`. */

import { afterEach, expect, test } from 'vitest';
import type { Lab } from './lab.ts';
import { alive, family, firstProcess, killAtOnce, nameOf, testPlace, until } from './testing.ts';
import { startTestLab } from './testing-lab.ts';

const place = testPlace();
let lab: Lab | undefined;
afterEach(async () => {
  await lab?.stop();
  place.remove();
});

const status = 'curl -sk --max-time 2 -o /dev/null -w %{http_code}'.split(' ');

test('kill -9 of the stand-in Windows host: another takes its place, with the port proxy that it had', async () => {
  const started = await startTestLab({ directory: place.directory, log: () => {} });
  lab = started;
  const killWindows = async (): Promise<void> => {
    const all = family(firstProcess(await started.status()));
    const hosts = all.filter((pid) => nameOf(pid) === 'windowsHost');
    expect(hosts.length).toBe(1);
    hosts.forEach(killAtOnce);
    await until('it has ended', () => !hosts.some(alive));
  };
  const asked = async (machine: 'backend' | 'manager', url: string): Promise<string> =>
    (await started.exec(machine, [...status, url])).stdout;
  const service = 'http://127.0.0.1:7777/';
  const api = 'https://172.16.168.20:8443/api/health';
  await killWindows();
  await until('its service answers', async () => (await asked('backend', service)) === '200');
  await started.setCondition('port-not-reserved', 'fix-nat-port-proxy');
  expect(await asked('manager', api)).toBe('200');
  await killWindows();
  await until('its port proxy leads on', async () => (await asked('manager', api)) === '200');
});
