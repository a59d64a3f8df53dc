// A check over every machine of a role: two clients in a real lab, with their gates, from the lab and from its inventory.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RowFacts, rowsOf } from '../../src/core/report/facts.ts';
import { recordingSchema } from '../../src/core/run/entry.ts';
import { rowText } from '../../src/core/report/text.ts';
import { loadContent, type LoadedWriteup } from '../content/load.ts';
import { gatesFor } from '../gate/gates.ts';
import { type Lab, startLab } from '../lab/lab.ts';
import type { TargetChoice } from './command/openTarget.ts';
import { openSession } from './command/session.ts';
import { readPredictions } from './matrix.ts';
import { verbOf } from './verbs.ts';

const root = mkdtempSync('/tmp/vm-');
const own = join(root, 'content/loopback-only');
const directory = join(root, 'l');
const here: TargetChoice = { kind: 'lab', condition: undefined, directory };
const inventory: TargetChoice = {
  ...{ kind: 'inventory', files: [join(directory, 'inventory.yaml')], roles: new Map() },
  ...{ identity: undefined, credentials: undefined },
};
let writeups: readonly LoadedWriteup[] = [];
let lab: Lab;

/** Runs a check as `vantage run` does; with what it says to its operator. */
async function run(id: string, choice: TargetChoice = here) {
  const [writeup] = writeups;
  const loaded = writeup?.checks.get(id);
  if (writeup === undefined || loaded === undefined) throw new Error(`expected the check ${id}, found none`);
  const checks = [{ writeup, loaded }];
  const said: string[] = [];
  const { signal } = new AbortController();
  const session = await openSession({
    ...{ root, writeups, checks, choice, place: undefined, by: 'test', signal },
    log: (line) => void said.push(line),
  });
  const { records } = await session.runChecks(checks, () => {}).finally(() => session.close());
  const [row] = records.flatMap(rowsOf);
  if (row === undefined) throw new Error(`expected a row, found none: ${said.join('\n')}`);
  return { row, said: said.join('\n') };
}
/** A verb of the command line, and what it printed. */
async function vantage(name: string, ...args: readonly string[]) {
  let out = '';
  const { signal } = new AbortController();
  const write = (text: string) => {
    out += text;
  };
  const context = { root, signal, out: write, print: write, terminal: undefined };
  return { status: await (await verbOf(name)).run(args, context), out };
}
const members = ({ judgement }: RowFacts) =>
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
  change('checks/refused-from-client.yaml', (text) =>
    // However busy this machine is, a refusal is no timeout.
    text.replace('steps:', 'every: client\n\nsteps:').replaceAll('lt: 1 }', 'lt: 4 }'),
  );
  change('checks/refused-from-client.yaml', (text) => {
    const local = text
      .replace('id: refused-from-client', 'id: nothing-local')
      .replaceAll('http://198.51.100.3:8000/', 'http://127.0.0.1:8000/');
    writeFileSync(join(own, 'checks/nothing-local.yaml'), local);
    return text;
  });
  writeups = await loadContent(join(root, 'content'));
  const [described] = writeups.flatMap((one) => one.lab ?? []);
  if (described === undefined) throw new Error('expected a lab, found none');
  const gates = gatesFor(writeups);
  lab = await startLab({ lab: described, directory, mode: 'detached', gates, log: () => {} });
});
afterAll(async () => {
  await lab.stop();
  rmSync(root, { recursive: true, force: true });
});

test('[C32] [J15] runs on each of two machines, by the gate of each, and its row has a line for each', async () => {
  const { row } = await run('refused-from-client');
  expect(members(row)).toEqual(['client-1 agrees refused', 'client-2 agrees refused']);
  expect(row.judgement).toMatchObject({ verdict: 'agrees', observed: 'refused', limitation: 'reproduces' });
  expect(row.steps.map(({ id, identity }) => `${id} ${identity?.hostName}`)).toEqual([
    ...['service@client-1 server', 'path@client-1 client', 'connect@client-1 client'],
    ...['service@client-2 server', 'path@client-2 client-2', 'connect@client-2 client-2'],
  ]);
  const [server, first, , , second] = row.steps.map(({ identity }) => identity?.gate);
  expect([first, first === server]).toEqual([second, false]);
  expect(first).toMatch(/./);
});

test('[J15] one machine that differs makes the row differ, and is named', async () => {
  const { row } = await run('nothing-local');
  const text = rowText(row, 1000);
  expect(text).toContain('Observed:\n  client-2: answered\n');
  expect(text).toContain('\n- client-1: refused, agrees\n- client-2: answered, differs\n');
  await lab.service('other', 'stop');
  expect((await run('nothing-local')).row).toMatchObject({ verdict: 'agrees', observed: 'refused' });
});

test('[C32] [J15] from an inventory with a group of two, a machine that is down leaves the other its result', async () => {
  await lab.machineDown('client-1');
  const { row, said } = await run('refused-from-client', inventory).finally(() => lab.machineUp('client-1'));
  expect(members(row)).toEqual(['client-1 inconclusive not known: unreachable', 'client-2 agrees refused']);
  expect(row).toMatchObject({ verdict: 'inconclusive', judgement: { problem: { step: 'path@client-1' } } });
  expect(said).toContain('The role client is played by client-1, client-2;');
});

test('[C32] [C40] `record`, `collect` and `matrix` know each combination of parameters, on every machine', async () => {
  // Where a check differs, nothing is recorded.
  const differing = join(own, 'checks/nothing-local.yaml');
  const text = readFileSync(differing, 'utf8');
  rmSync(differing);
  change('checks/refused-from-client.yaml', (text) => {
    const ports = text
      .replace('id: refused-from-client\n', 'id: port\n')
      .replace(/^title: .*/m, 'title: To port <<port>>')
      .replace('every: client\n', 'every: client\nparameters:\n  port: [8000, 8001]\n')
      .replaceAll('http://198.51.100.3:8000/', 'http://198.51.100.3:<<port>>/');
    writeFileSync(join(own, 'checks/port.yaml'), ports);
    return text;
  });
  const ids = ['port-8000', 'port-8001', 'refused-from-client'];

  await vantage('record');
  const recording = recordingSchema.parse(JSON.parse(readFileSync(join(own, 'recordings.json'), 'utf8')));
  const rows = recording.runs.map((entries) =>
    entries.flatMap(({ body }) => {
      if (body.kind === 'header') return [body.check, ...(body.members?.machines ?? [])];
      if (body.kind === 'judged') return (body.judgement.members ?? []).map(({ verdict }) => verdict);
      return [];
    }),
  );
  expect(rows).toEqual(ids.map((id) => [id, 'client-1', 'client-2', 'agrees', 'agrees']));

  const { out: script } = await vantage('collect', '--role', 'client');
  expect(script.match(/^step \S+connect\b/gm)).toEqual(ids.map((id) => `step ${id}/connect`));
  expect(script).toContain('http://198.51.100.3:8001/');

  writeFileSync(differing, text);
  await vantage('matrix', '--write');
  const { conditions } = readPredictions(join(own, 'predictions.yaml'));
  const cells = Object.entries(conditions['as-documented'] ?? {});
  expect(cells.map(([id, { verdict }]) => `${id} ${verdict}`).toSorted()).toEqual([
    ...['nothing-local differs', ...ids.map((id) => `${id} agrees`)],
  ]);
  change('predictions.yaml', (text) =>
    text.replace(/port-8001: .*/, "port-8001: { verdict: differs, outcome: '1' }"),
  );
  const { status, out } = await vantage('matrix');
  expect(status, out).toBe(1);
  expect(out).toContain('✗ as-documented, port-8001: expected differs: 1; found agrees');
  rmSync(join(own, 'checks/port.yaml'));
});

test('[C32] without such a check, two machines of a role are a fault of the lab', async () => {
  for (const { check } of writeups[0]?.checks.values() ?? [])
    change(`checks/${check.id}.yaml`, (text) => text.replace('every: client\n', ''));
  await expect(loadContent(join(root, 'content'))).rejects.toThrow(
    'lab.yaml:11: machines.1.role: expected one machine with the role client, found client-1, client-2; ',
  );
});
