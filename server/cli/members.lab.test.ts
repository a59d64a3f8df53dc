// A check over every machine of a role: two clients in a real lab, with their gates, from the lab and from its inventory.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { reportSchema } from '../../src/core/report/json.ts';
import { findLab, type Lab } from '../lab/lab.ts';

const root = mkdtempSync('/tmp/vm-');
const own = join(root, 'content/loopback-only');
const directory = join(root, 'l');
let lab: Lab | undefined;

function vantage(...args: readonly string[]) {
  const env = { ...process.env, VANTAGE_PROJECT: root, XDG_RUNTIME_DIR: root };
  const command = [`${import.meta.dirname}/main.ts`, ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { env, encoding: 'utf8' });
  return { status, stdout, stderr };
}
const row = (...args: readonly string[]) => {
  const { stdout, stderr } = vantage('run', ...args, '--format', 'json');
  const [found] = stdout === '' ? [] : reportSchema.parse(JSON.parse(stdout)).rows;
  if (found === undefined) throw new Error(`expected a row, found none: ${stderr}`);
  return found;
};
const members = ({ judgement }: ReturnType<typeof row>) =>
  judgement?.members?.map(({ name, verdict, observed }) => `${name} ${verdict} ${observed}`);
const change = (file: string, changed: (text: string) => string) =>
  writeFileSync(join(own, file), changed(readFileSync(join(own, file), 'utf8')));

/** The template, with a second client on which something answers at the port of the service. */
beforeAll(async () => {
  mkdirSync(join(root, 'content'));
  cpSync(`${import.meta.dirname}/../../template/lab`, own, { recursive: true });
  change('lab/lab.yaml', (text) =>
    text
      .replace('  - name: client\n', '  - name: client-1\n    role: client\n')
      .replace(
        '  - name: server\n',
        `  - name: client-2
    role: client
    hostName: client-2
    address: 198.51.100.4
    setup: [ip addr add 198.51.100.4/24 dev eth0, ip link set eth0 up]
  - name: server
`,
      )
      .replace(
        'p1, switch: br0 }, { in: client,',
        'p4, switch: br0 }, { in: client-2, interface: eth0 }]\n  - [{ in: lan, interface: p1, switch: br0 }, { in: client-1,',
      )
      .replace(
        'services:',
        'services:\n  other: { on: client-2, program: hello.ts, listen: 127.0.0.1:8000 }',
      ),
  );
  change('checks/refused-from-client.yaml', (text) => text.replace('steps:', 'every: client\n\nsteps:'));
  change('checks/refused-from-client.yaml', (text) => {
    const local = text
      .replace('id: refused-from-client', 'id: nothing-local')
      .replaceAll('http://198.51.100.3:8000/', 'http://127.0.0.1:8000/');
    writeFileSync(join(own, 'checks/nothing-local.yaml'), local);
    return text;
  });
  expect(vantage('lab', 'up', '--directory', directory)).toMatchObject({ status: 0 });
  lab = await findLab(directory);
});
afterAll(() => {
  vantage('lab', 'down', '--directory', directory);
  rmSync(root, { recursive: true, force: true });
});

test('[C32] [J15] runs on each of two machines, and its row has a line for each', async () => {
  const agreed = row('refused-from-client', '--lab', directory);
  expect(members(agreed)).toEqual(['client-1 agrees refused', 'client-2 agrees refused']);
  expect(agreed.judgement).toMatchObject({
    verdict: 'agrees',
    observed: 'refused',
    limitation: 'reproduces',
  });
  const ran = agreed.steps.map(({ id, machine }) => `${id} ${machine?.hostName}`);
  expect(ran).toEqual([
    ...['service@client-1 server', 'path@client-1 client', 'connect@client-1 client'],
    ...['service@client-2 server', 'path@client-2 client-2', 'connect@client-2 client-2'],
  ]);

  const differs = vantage('run', 'nothing-local', '--lab', directory);
  expect(differs).toMatchObject({ status: 1 });
  expect(differs.stdout).toContain('Observed:\n  client-2: answered\n');
  expect(differs.stdout).toContain('\n- client-1: refused, agrees\n- client-2: answered, differs\n');
  await lab?.service('other', 'stop');
  expect(vantage('run', 'nothing-local', '--lab', directory)).toMatchObject({ status: 0 });
});

test('[J15] a machine that is down leaves the other its result', async () => {
  await lab?.machineDown('client-1');
  const half = row('refused-from-client', '--lab', directory);
  await lab?.machineUp('client-1');
  expect(members(half)).toEqual(['client-1 inconclusive not known: unreachable', 'client-2 agrees refused']);
  expect(half).toMatchObject({
    verdict: 'inconclusive',
    judgement: { problem: { step: 'path@client-1' } },
  });
});

test('[C32] is the same from an inventory with a group of two, and in a lab of its own with gates', () => {
  const inventory = join(directory, 'inventory.yaml');
  expect(members(row('refused-from-client', '--fleet', inventory))).toEqual([
    'client-1 agrees refused',
    'client-2 agrees refused',
  ]);
  expect(vantage('doctor', '--fleet', inventory).stdout).toMatch(/client-1[\s\S]*client-2/);
  const { stdout, stderr } = vantage('config', 'check', '--inventory', inventory);
  expect(stdout).toMatch(/role client\n {2}host {8}client-1[\s\S]*role client\n {2}host {8}client-2/);
  expect(stdout + stderr).toContain('The role client is played by client-1, client-2;');
  const gates = row('refused-from-client').steps.map(({ machine }) => machine?.gate);
  expect(new Set(gates).size).toBe(2);
  expect(gates).not.toContain('');
});

test('[C32] without such a check, two machines of a role are a fault of the lab', () => {
  change('checks/refused-from-client.yaml', (text) => text.replace('every: client\n', ''));
  change('checks/nothing-local.yaml', (text) => text.replace('every: client\n', ''));
  expect(vantage('run', '--all')).toMatchObject({
    status: 3,
    stderr: expect.stringMatching(
      /content\/loopback-only\/lab\/lab.yaml:11: machines.1.role: expected one machine with the role client, found client-1, client-2; .*`every: client`/,
    ),
  });
});
