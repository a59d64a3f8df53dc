/** `vantage try` on a check of its own: what an author reads at each save. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { checkWithParameters } from '../content/testing.ts';
import { until } from '../lab/testing.ts';
import { tryVerb } from './try.ts';

const root = mkdtempSync(join(tmpdir(), 'vantage-try-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const from = fileURLToPath(new URL('../../content/what-ss-proves', import.meta.url));
const file = join(root, 'content/own/checks/ping-self.yaml');
mkdirSync(join(file, '..'), { recursive: true });
cpSync(join(from, 'index.mdx'), join(root, 'content/own/index.mdx'));
const good = readFileSync(join(from, 'checks/ping-self.yaml'), 'utf8');
writeFileSync(file, good);

function start(...args: string[]) {
  const said: string[] = [];
  const ending = new AbortController();
  const out = (text: string) => void said.push(text);
  const ended = tryVerb.run(args, { out, print: out, terminal: undefined, signal: ending.signal, root });
  return { said, ended, end: () => ending.abort() };
}

test('once: what holds, or each fault with file and line, as exit status too', async () => {
  const { said, ended } = start('own/ping-self', '--once');
  expect(await ended).toBe(0);
  expect(said.join('')).toMatch(
    /^ping-self: all \d+ samples hold: \d+ agrees, \d+ differs, \d+ inconclusive/,
  );
  writeFileSync(
    file,
    good.replace('verdict: differs', 'verdict: agrees').replace('role: backend', 'role: nobody'),
  );
  const broken = start('ping-self', '--once');
  expect(await broken.ended).toBe(1);
  const [first = '', second = ''] = broken.said.join('').split('\n');
  expect(first).toMatch(
    /^content\/own\/checks\/ping-self\.yaml:\d+: step "\w+": expected a role of the writeup .*, found "nobody"$/,
  );
  expect(second).toMatch(
    /^content\/own\/checks\/ping-self\.yaml:\d+: samples\.\d+: sample ".*" must be judged agrees, and is judged differs: /,
  );
  // What was judged is remembered, and its faults with it.
  const again = start('ping-self', '--once');
  expect(await again.ended).toBe(1);
  expect(again.said).toEqual(broken.said);
});

/** What an author may get wrong in a check, and what is said. */
const faults: readonly (readonly [what: string, from: string | RegExp, to: string, said: RegExp])[] = [
  ['a field with a typing error', 'effect: send', 'efect: send', /ping-self\.yaml:\d+: .*efect/],
  ['an effect that there is not', 'effect: send', 'effect: sends', /ping-self\.yaml:\d+: .*effect/],
  ['a role that nobody plays', 'role: backend', 'role: bakend', /ping-self\.yaml:\d+: .*bakend/],
  ['no command', /command: .*/, 'command: ""', /ping-self\.yaml:\d+: /],
  ['an expectation of a step that is none', 'step: ping', 'step: pong', /ping-self\.yaml:\d+: .*pong/],
  ['an accepted sample that the check rejects', 'exit: 0', 'exit: 3', /ping-self\.yaml:\d+: /],
  ['a matcher that there is not', 'kind: exit', 'kind: exits', /ping-self\.yaml:\d+: /],
  ['an id that is not the name of its file', 'id: ping-self', 'id: up', /ping-self\.yaml:\d+: .*ping-self/],
  ['a line out of its place', 'effect: send', '  effect: send', /ping-self\.yaml:\d+: /],
  ['a title with nothing in it', /title: .*/, 'title: ""', /ping-self\.yaml:\d+: .*title/],
];
test.each(faults)('%s is told by file and line', async (_, from, to, expected) => {
  const faulty = good.replace(from, to);
  expect(faulty).not.toBe(good);
  writeFileSync(file, faulty);
  const { said, ended } = start('ping-self', '--once');
  expect(await ended).toBe(1);
  expect(said.join('')).toMatch(expected);
});

test('[C40] a file with parameters: each combination, by its own id or that of the file', async () => {
  const made = join(root, 'content/own/checks/door.yaml');
  writeFileSync(made, checkWithParameters);
  for (const name of ['door', 'own/door-127-0-0-3']) {
    const { said, ended } = start(name, '--once');
    await ended;
    expect(said.join('')).toMatch(
      /^door-127-0-0-2: all 9 samples hold.*\ndoor-127-0-0-3: all 9 samples hold/,
    );
  }
  await expect(start('door-127-0-0-4', '--once').ended).rejects.toThrow('There is no check "door-127-0-0-4"');
  rmSync(made);
});

test('a paste beside it: the verdict, what does not hold, or that nothing of the check is in it', async () => {
  writeFileSync(file, good);
  const paste = join(root, 'paste.txt');
  const say = async (text: string) => {
    writeFileSync(paste, text);
    const { said, ended } = start('ping-self', '--once', '--paste', paste);
    expect(await ended).toBe(0);
    return said.join('');
  };
  expect(await say('nothing of it\n')).toContain('none of the commands of ping-self is in it');
  const ping = '$ ping -c 1 127.0.0.1\n1 packets transmitted, 1 received, 0% packet loss, time 0ms\n';
  expect(await say(ping)).toMatch(
    /paste\.txt: inconclusive: .*\n[\s\S]* \? .*`connect`.*\n {4}timeout 3 bash/,
  );
  const refused =
    "$ bash -c 'exec 3<>/dev/tcp/127.0.0.1/8443 && echo connected'\nbash: connect: Connection refused\n";
  expect(await say(`${ping}${refused}$ echo $?\n1\n`)).toContain(
    'paste.txt: agrees: 1 received; Connection refused',
  );
  const alone = start('--once', '--paste', paste);
  await expect(alone.ended).rejects.toThrow('--paste needs the check');
});

test('at each save: the file is judged again, also when it is no YAML for a moment, or is put in place anew', async () => {
  writeFileSync(file, good);
  const { said, ended, end } = start('ping-self');
  await until('it is judged', () => said.length === 1);
  writeFileSync(file, 'id: [\n');
  await until('the fault is there', () => /ping-self\.yaml:\d+: not good YAML/.test(said.at(-1) ?? ''));
  rmSync(file);
  writeFileSync(file, good);
  await until('it is good again', () => said.length > 1 && (said.at(-1) ?? '').startsWith('ping-self: all'));
  end();
  expect(await ended).toBe(0);
});

test('without a check: the faults of all content', async () => {
  writeFileSync(file, good.replace('role: backend', 'role: nobody'));
  const { said, ended } = start();
  expect(await ended).toBe(1);
  const lines = said.join('').split('\n');
  expect(lines[0]).toMatch(/^content: \d+ faults$/);
  expect(lines.slice(1, -1).every((line) => /^ {2}content\/own\/\S+:\d+: /.test(line))).toBe(true);
  expect(lines.join('\n')).toContain('found "nobody"');
});

test('a check that is not there is a sentence with the nearest name', async () => {
  await expect(start('ping-sefl').ended).rejects.toThrow(
    'There is no check "ping-sefl". Did you mean ping-self?',
  );
});
