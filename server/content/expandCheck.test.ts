/** Checks with parameters: what the loader makes of them, and what it refuses. */
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { loadContent } from './load.ts';
import { checkWithParameters as template } from './testing.ts';

const source = fileURLToPath(new URL('../../content/what-ss-proves', import.meta.url));
let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vantage-parameters-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  cpSync(source, join(directory, 'content/w'), { recursive: true });
  const page = file('index.mdx');
  writeFileSync(
    page,
    readFileSync(page, 'utf8')
      .replace(/^lab: .*\n/m, '')
      .replace('next-door-address', 'door'),
  );
  renameSync(file('checks/next-door-address.yaml'), file('checks/door.yaml'));
});
const file = (path: string) => join(directory, 'content/w', path);
const write = (name: string, text: string) => writeFileSync(file(`checks/${name}.yaml`), text);
const load = async (pastes?: 'judged') =>
  (await loadContent(join(directory, 'content'), pastes))[0]?.checks ?? new Map();
const faults = () =>
  load().then(
    () => 'none',
    (error: Error) => error.message,
  );

it('[C40] each combination is the check that its values written out would be, to the hash', async () => {
  write('door', template);
  const made = await load('judged');
  const ids = ['door-127-0-0-2', 'door-127-0-0-3'];
  expect([...made.keys()].filter((id) => id.startsWith('door'))).toEqual(ids);
  expect(made.get('door-127-0-0-3')?.check).toMatchObject({
    title: 'The address 127.0.0.3',
    variant: { of: 'door', values: { address: '127.0.0.3' } },
    steps: [{ command: 'ip -j route get 127.0.0.3 ipproto 6' }, {}],
  });
  rmSync(file('checks/door.yaml'));
  writeFileSync(file('index.mdx'), readFileSync(file('index.mdx'), 'utf8').replace("'door'", `'${ids[0]}'`));
  for (const id of ids)
    write(
      id,
      template
        .replace('id: door\n', `id: ${id}\n`)
        .replace(/^parameters:\n.*\n/m, '')
        .replaceAll('<<address>>', id.slice(5).replaceAll('-', '.')),
    );
  const written = await load();
  for (const id of ids) expect(written.get(id)?.hash).toBe(made.get(id)?.hash);
});

it('[C40] another value in the list changes no hash of the others', async () => {
  write('door', template);
  const before = await load();
  write('door', template.replace('[127.0.0.2,', '[127.0.0.4, 127.0.0.2,'));
  const after = await load();
  expect(after.get('door-127-0-0-3')?.hash).toBe(before.get('door-127-0-0-3')?.hash);
  expect(after.has('door-127-0-0-4')).toBe(true);
});

const list = '[127.0.0.2, 127.0.0.3]';
it.each([
  [list, '[127.0.0.2]', 'parameters.address: write 2 to 8 allowed values'],
  [list, '[1, 2, 3, 4, 5, 6, 7, 8, 9]', 'parameters.address: write 2 to 8 allowed values'],
  [list, '["a; id", b]', 'parameters.address.0: write a number, or at most 32 letters'],
  [list, '[-f, b]', 'parameters.address.0: write a number, or at most 32 letters'],
  [list, '["a\\nb", b]', 'parameters.address.0: write a number, or at most 32 letters'],
  [list, '[true, b]', 'parameters.address.0: write a number or a word; put true'],
  [list, 'any', 'parameters.address: expected a list'],
  [list, '[a.b, a-b]', 'parameters: two combinations are called "door-a-b"'],
  [list, `[${'x'.repeat(32)}, y]\n  other: [${'z'.repeat(32)}, b]`, 'longer than 48 characters'],
  [list, '[1, 2, 3, 4]\n  other: [1, 2, 3, 4]', 'parameters: expected at most 12 combinations, found 16'],
  [list, `${list}\n  other: [1, 2]`, 'parameters.other: no step has <<other>> in it'],
  ['The address <<address>>', 'The address', 'title: expected <<address>> in it'],
  [
    'get <<address>> ',
    'get <<adress>> ',
    'expected a parameter (address), found "<<adress>>"; nearest: address;',
  ],
  [/^parameters:\n.*\n/m, '', 'expected a parameter (none), found "<<address>>"; declare it'],
  [
    'name: plain loopback',
    'name: x\n    with: { adres: 1 }',
    'door-127-0-0-2: samples.1.with.adres: expected a parameter (address), found "adres"',
  ],
  [
    'name: plain loopback',
    'name: x\n    with: { address: 1 }',
    'samples.1.with.address: expected a value of address (127.0.0.2, 127.0.0.3), found "1"',
  ],
  [
    'name: plain loopback',
    'name: x\n    with: { constructor: 1 }',
    'samples.1.with.constructor: expected a parameter (address), found "constructor"',
  ],
  [
    'eq: <<address>>',
    'eq: 127.0.0.2',
    'door-127-0-0-3: samples.0: sample "the lab, as documented" must be judged agrees',
  ],
])('[C41] %s as %s is refused at its file and line, once', async (from, to, message) => {
  const text = template.replace(from, to);
  expect(text).not.toBe(template);
  write('door', text);
  const lines = (await faults()).split('\n').filter((line) => line.includes('checks/door.yaml'));
  expect(lines.filter((line) => line.includes(message))).toHaveLength(
    from instanceof RegExp ? lines.length : 1,
  );
  for (const line of lines) expect(line).toMatch(/^ {2}content\/w\/checks\/door\.yaml:\d+: /);
});

it('[C42] a sample or paste is for all combinations, or for those that it names; a fault has the line of the file', async () => {
  const both = template
    .replace('name: plain loopback', 'name: plain loopback\n    with: { address: 127.0.0.3 }')
    .replace("name: 'as text'", "name: 'as text'\n    with: { address: 127.0.0.2 }");
  write(
    'door',
    `${both}`.replace(
      'name: both are led out\n    verdict: differs',
      'name: both are led out\n    verdict: agrees',
    ),
  );
  const line = both.split('\n').findIndex((one) => one.includes('name: both are led out')) + 1;
  expect(await faults()).toContain(`door.yaml:${line}: door-127-0-0-2: samples.2: sample "both are led out"`);
  write('door', both.replace('with: { address: 127.0.0.3 }', 'with: {}'));
  const made = await load();
  const pastes = (id: string) => made.get(id)?.check.pastes?.map(({ name }: { name: string }) => name);
  expect(pastes('door-127-0-0-2')).toHaveLength(3);
  expect(pastes('door-127-0-0-3')).toEqual(['both by lo', 'one address only']);
});

it('[C43] a page names the file for all of its rows; all else names one; no id is made twice', async () => {
  write('door', template);
  const page = readFileSync(file('index.mdx'), 'utf8');
  writeFileSync(file('index.mdx'), page.replace("'door'", "'dor'"));
  expect(await faults()).toMatch(/index\.mdx:\d+: expected the id of a check \(.*found "dor"; nearest: door/);
  writeFileSync(
    file('index.mdx'),
    page.replace(/^title:/m, 'limitation:\n  message: It is there.\n  checks: [door]\ntitle:'),
  );
  expect(await faults()).toMatch(
    /index\.mdx:\d+: limitation\.checks\.0: .*found "door"; nearest: door-127-0-0-2/,
  );
  writeFileSync(file('index.mdx'), page);
  write('door-127-0-0-3', '');
  expect(await faults()).toContain(
    'door.yaml:1: expected the id of each check once, found "door-127-0-0-3" here and in door-127-0-0-3.yaml: rename one of the files',
  );
});
