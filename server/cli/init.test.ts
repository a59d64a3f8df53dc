// `vantage init` and `vantage new`: what is written is sound, nothing is overwritten, and ten ways to break a check are ten messages.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadContent } from '../content/load.ts';
import { loadSettings } from '../config/loadSettings.ts';
import { verbOf } from './verbs.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'vantage-init-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

async function vantage(name: string, ...args: readonly string[]): Promise<{ out: string; said: string }> {
  const [out, said]: [string[], string[]] = [[], []];
  const shell = { terminal: undefined, signal: new AbortController().signal, root };
  const verb = await verbOf(name);
  await verb.run(args, { ...shell, out: (text) => out.push(text), print: (line) => said.push(line) });
  return { out: out.join(''), said: said.join('\n') };
}
const write = (path: string, text: string) => writeFileSync(join(root, path), text);
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const files = () => readdirSync(root, { recursive: true }).map(String).sort();
const file = 'content/loopback-only/checks/refused-from-client.yaml';
const inventory = '[web_servers]\nweb01\nweb02\n[db]\ndb01\n[all_of_them:children]\nweb_servers\ndb\n';

describe('[C2] init', () => {
  test('writes a project whose content is sound, into a folder with a package.json, and its writeup again beside it', async () => {
    const test = 'echo "Error: no test specified" && exit 1';
    write('package.json', JSON.stringify({ name: 'docs', scripts: { start: 'mine', test, lint: 'x' } }));
    write('.gitignore', 'own\n');
    const { said } = await vantage('init');
    expect(JSON.parse(read('package.json'))).toEqual({
      name: 'docs',
      scripts: { start: 'mine', test: 'vantage test', dev: 'vantage dev', lint: 'x' },
    });
    expect(said).toMatch(
      /^\.gitignore is left .* \.vantage\/.*\nThe script "start" of package\.json is left/,
    );
    expect(read('.gitignore')).toBe('own\n');
    expect(files()).toContain('.github/workflows/vantage.yml');
    expect(read(file)).toMatch(/^# yaml-language-server: \$schema=\.\.\/.*\/check\.json\n/);
    await vantage('new', 'writeup', 'another');
    const loaded = await loadContent(join(root, 'content'), 'judged');
    expect(loaded.map(({ id, writeup, lab }) => [id, writeup.order, lab?.machines.length])).toEqual([
      ['another', 2, 2],
      ['loopback-only', 1, 2],
    ]);
  });
  test('with an inventory, has a role for each group, and settings that name it', async () => {
    write('hosts.ini', inventory);
    const { said } = await vantage('init', 'ours', '--inventory', join(root, 'hosts.ini'));
    expect(said).toBe('web01 plays the role web-servers; the group web_servers has 2 machines.');
    const [ours] = await loadContent(join(root, 'content'), 'judged');
    expect(ours?.writeup.roles.map(({ role, address }) => [role, address])).toEqual([
      ['web-servers', 'web01'],
      ['db', 'db01'],
    ]);
    const settings = loadSettings(['--config', join(root, 'vantage.yaml')], {});
    expect(settings).toMatchObject({
      values: { inventory: [join(root, 'hosts.ini')], roles: { 'web-servers': 'web01', db: 'db01' } },
    });
  });
  test.each([
    ['content', () => mkdirSync(join(root, 'content')), [], 'content is there already'],
    ['a file of its own', () => write('vantage.yaml', ''), ['--inventory'], 'vantage.yaml is there already'],
    ['a package.json that is none', () => write('package.json', '['), [], 'expected JSON with an object'],
    ['a name that is none', () => {}, ['Two Words'], 'Expected a name of lower-case letters'],
    [
      'a group that is no role',
      () => write('hosts.ini', '[1st]\nweb01\n'),
      ['--inventory'],
      'hosts.ini:1: expected a group',
    ],
    [
      'no group',
      () => write('hosts.ini', 'web01\n'),
      ['--inventory'],
      'expected a group with a machine, found none',
    ],
    [
      'no inventory',
      () => rmSync(join(root, 'hosts.ini')),
      ['--inventory'],
      'hosts.ini:1: expected an inventory',
    ],
  ])('with %s, says so and writes nothing', async (_, prepare, args, message) => {
    write('hosts.ini', inventory);
    prepare();
    const before = files();
    const named = args.flatMap((arg) => (arg === '--inventory' ? [arg, join(root, 'hosts.ini')] : arg));
    await expect(vantage('init', ...named)).rejects.toThrow(message);
    expect(files()).toEqual(before);
  });
});

describe('[C2] new', () => {
  test.each([
    [['writeup', 'loopback-only'], 'content/loopback-only is there already'],
    [['writeup'], 'Expected the name of the new writeup'],
    [['check', 'x', '--', 'id'], '--on is missing'],
    [['check', 'X', '--on', 'client', '--', 'id'], 'Expected the id of the new check'],
    [['check', 'x', '--on', 'client'], 'Expected a command after `--`'],
    [['check', 'x', '--on', 'cleint', '--', 'id'], 'There is no role "cleint". Did you mean client?'],
    [['check', 'x', '--on', 'client', '--writeup', 'y', '--', 'id'], 'There is no writeup "y"'],
    [['check', 'refused-from-client', '--on', 'client', '--', 'id'], 'is there already'],
    [
      ['check', 'x', '--on', 'client', '--', 'curl http://127.0.0.1/'],
      'Nothing was run: curl needs --noproxy',
    ],
    [
      ['check', 'x', '--on', 'web', '--writeup', 'ours', '--', 'id'],
      'ours has no lab; name the machines with --fleet',
    ],
  ])('%j is one sentence, and nothing is written', async (args, message) => {
    await vantage('init');
    write('hosts.ini', '[web]\nweb01\n');
    await vantage('new', 'writeup', 'ours', '--inventory', join(root, 'hosts.ini'));
    const before = files();
    await expect(vantage('new', ...args)).rejects.toThrow(message);
    expect(files()).toEqual(before);
  });
  test('needs a content folder', async () => {
    await expect(vantage('new', 'writeup', 'a')).rejects.toThrow('begin with: npx vantage init');
  });
});

test.each([
  ['a misspelt field', 'needs: [ping]', 'need: [ping]', 0, 'found "need"; nearest: needs'],
  [
    'a role nobody plays',
    'role: client',
    'role: cleint',
    0,
    'expected a role of the writeup (client, server)',
  ],
  [
    'a reject sample that is accepted',
    "{ connect: { exit: 0, stderr: '' } }",
    '{}',
    -4,
    'is judged agrees: expect what',
  ],
  [
    'an accept sample that is not',
    '        exit: 7',
    '        exit: 6',
    -7,
    'must be judged agrees, and is judged inconclusive: `curl` did not',
  ],
  [
    'no command',
    '    command: ping -c 1 -W 2 198.51.100.3\n',
    '',
    -4,
    'command: expected a text; found nothing; write it here',
  ],
  [
    'wrong indentation',
    '    role: server',
    '   role: server',
    0,
    'begin a line as far to the right as the lines beside it',
  ],
  [
    'a tab',
    '    role: server',
    '\trole: server',
    0,
    'begin a line as far to the right as the lines beside it',
  ],
  ['an unknown matcher', 'is: { eq: 7 }', 'is: { equals: 7 }', 0, 'write exactly one comparison: eq, ne'],
  [
    'an unknown kind',
    'kind: time',
    'kind: tiem',
    0,
    'expected one of exit, lines, contains, absent, empty, value, same',
  ],
  [
    'two steps of one id',
    '- id: path',
    '- id: service',
    0,
    'two steps are called "service": give each a name of its own',
  ],
  [
    'an id that is not the file',
    'id: refused-from-client',
    'id: refused',
    0,
    'expected id: refused-from-client as the file is called',
  ],
  ['a field twice', 'effect: send', 'effect: send\neffect: read', 1, 'write each name once'],
  [
    'a word that is none',
    'effect: send',
    'effect: sent',
    0,
    'expected one of read, send, capture; found "sent"; nearest: send',
  ],
  [
    'a number in quotes',
    'seconds: 8',
    "seconds: '8'",
    0,
    'expected a number; found a text; write it without quotes',
  ],
  [
    'a text that is left to the author',
    'means: The client is refused.',
    "means: 'TODO: why'",
    0,
    'still to be written: why',
  ],
])('[C2] [C22] %s is said with file, line and what to write', async (_, good, bad, below, message) => {
  await vantage('init');
  const whole = read(file);
  expect(whole).toContain(good);
  write(
    file,
    whole.replace(good, () => bad),
  );
  const { out } = await vantage('try', 'refused-from-client', '--once');
  const line = whole.slice(0, whole.indexOf(good)).split('\n').length + below;
  expect(out).toContain(`${file}:${line}: `);
  expect(out.split('\n').find((one) => one.startsWith(`${file}:${line}: `))).toContain(message);
});
