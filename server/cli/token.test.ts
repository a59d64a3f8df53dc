import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openAuthFile } from '../identity/authFile.ts';
import { tokenFileSchema } from '../identity/authSchema.ts';
import { entryOf } from '../identity/token.ts';
import { verbOf } from './verbs.ts';

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vantage-token-'));
  file = join(directory, 'auth.yaml');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

async function token(...args: readonly string[]): Promise<{ readonly out: string; readonly said: string }> {
  const [out, said]: [string[], string[]] = [[], []];
  const shell = { terminal: undefined, signal: new AbortController().signal, root: directory };
  const verb = await verbOf('token');
  expect(
    await verb.run(args, { ...shell, out: (text) => out.push(text), print: (line) => said.push(line) }),
  ).toBe(0);
  return { out: out.join(''), said: said.join('\n') };
}
const read = () => openAuthFile(file, tokenFileSchema, () => {}).get()?.tokens ?? [];

test('a new token is printed once, and its lines are good in a file', async () => {
  const { out, said } = await token('new', 'ada', '--rights', 'view,run:read');
  expect(said).not.toContain(out.trim());
  writeFileSync(file, said.slice(said.indexOf('tokens:')), { mode: 0o600 });
  expect(entryOf(out.trim(), read())).toMatchObject({ name: 'ada', rights: ['view', 'run:read'] });
});
test.each(["O'Brien", 'a+b@example.org', 'DOM\\ada', 'Jürgen', 'yes', '# 1: [x]', '\u202eada'])(
  'a name is text: %j is written so that it is read as it is, in lines to paste and in a file',
  async (name) => {
    const { out, said } = await token('new', name, '--rights', 'view');
    writeFileSync(file, said.slice(said.indexOf('tokens:')), { mode: 0o600 });
    expect(entryOf(out.trim(), read())).toMatchObject({ name });
    rmSync(file);
    const added = await token('new', name, '--rights', 'view', '--auth-file', file);
    expect(entryOf(added.out.trim(), read())).toMatchObject({ name });
  },
);
test('it is added to the file, which stays as its owner wrote it and belongs to them alone', async () => {
  const first = await token('new', 'ada', '--rights', 'view', '--auth-file', file);
  writeFileSync(
    file,
    `# who may come in\n${readFileSync(file, 'utf8')}sessions:\n  idleMinutes: 5\n  absoluteHours: 1\n`,
  );
  const second = await token('new', 'bob', '--rights', 'run:read, condition', '--auth-file', file);
  const text = readFileSync(file, 'utf8');
  expect(text).toContain('# who may come in\n');
  expect(text).toContain('    rights: [ run:read, condition ]\n');
  expect([first, second].map(({ out }) => entryOf(out.trim(), read())?.name)).toEqual(['ada', 'bob']);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(directory)).toEqual(['auth.yaml']);
});
test('a name that is there already, or a file that is not good, is left as it was', async () => {
  await token('new', 'ada', '--rights', 'view', '--auth-file', file);
  const before = readFileSync(file, 'utf8');
  await expect(token('new', 'ada', '--rights', 'view', '--auth-file', file)).rejects.toThrow(
    'each name once',
  );
  expect(readFileSync(file, 'utf8')).toBe(before);
  writeFileSync(file, 'tokens: 3\n');
  await expect(token('new', 'ada', '--rights', 'view', '--auth-file', file)).rejects.toThrow(
    'expected a list',
  );
  expect(readdirSync(directory)).toEqual(['auth.yaml']);
});
test.each([
  [['new'], 'Expected one name'],
  [['new', 'a\nb', '--rights', 'view'], 'Expected one name'],
  [['new', 'ada'], '--rights: say what the token may do'],
  [['new', 'ada', '--rights', 'run'], 'found "run"'],
  [['old', 'ada'], 'Expected one of new; found "old"'],
])('%j is refused with what is meant', async (args, message) => {
  await expect(token(...args)).rejects.toThrow(message);
});
