/** `vantage collect`: the scripts of the writeups, and a script of a made-up check that is run by the shells that machines have. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { collectScript } from '../../src/core/paste/collectScript.ts';
import { readCollected } from '../../src/core/paste/readCollected.ts';
import { checkOf, onceStep } from '../../src/core/testing.ts';
import { mark, shells, sleeping, until } from '../agent/agent.testing.ts';
import { verbOf } from './verbs.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
async function collect(...args: readonly string[]): Promise<string> {
  let out = '';
  const context = { print: () => {}, terminal: undefined, signal: new AbortController().signal, root };
  const write = (text: string) => {
    out += text;
  };
  await (await verbOf('collect')).run(args, { ...context, out: write });
  return out;
}

describe('vantage collect', () => {
  it('prints the script of a role, whatever the role is called, of the first writeup that has it', async () => {
    const script = await collect('--role', '.20', '--capture');
    expect(script).toMatch(/^#!\/bin\/sh\n# Evidence for wsl2-mirrored-networking, .* role backend\./);
    expect(script).toContain('\nbegin tcpdump-lo/capture ');
    expect(await collect('--role', 'client')).toContain('\nstep ping-small/small ');
  });
  it.each([
    [[], '--role is missing'],
    [['--role', 'bakend', '--writeup', 'what-ss-proves'], 'There is no role "bakend". Did you mean backend?'],
    [
      ['--role', 'frontend', '--capture'],
      'No check captures packets on frontend alone: leave --capture out.',
    ],
  ])('%j is refused with what is meant', async (args, message) => {
    await expect(collect(...args)).rejects.toThrow(message);
  });
});

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vantage-collect-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const scriptOf = (commands: Record<string, string>, more: object = {}, form: 'file' | 'paste' = 'file') => {
  const steps = Object.entries(commands).map(([id, command]) => onceStep(id, command, more));
  const options = { writeup: 'a-writeup', role: 'backend', capture: false, form };
  return collectScript({ ...options, checks: [checkOf('made-up', steps)] });
};
const read = (text: string) =>
  readCollected(text.split(/\r?\n/).map((line, index) => ({ at: index + 1, text: line })));
const argv = (shell: string): [string, string[]] => [shell, shell === 'busybox' ? ['sh'] : []];
const env = () => ({ PATH: process.env['PATH'], HOME: directory, TMPDIR: directory });

function runIn(shell: string, script: string) {
  const [program, first] = argv(shell);
  const file = join(directory, 'collect.sh');
  writeFileSync(file, script);
  const { stdout, stderr } = spawnSync(program, [...first, file], { env: env(), encoding: 'utf8' });
  rmSync(file);
  return { ...read(stdout), stdout, stderr, left: readdirSync(directory) };
}

const long = 'Zm9vYmFyMTIzNDU2Nzg5MGFiY2RlZmdoaWprbG1ub3A';
/** What a step prints, as the shell writes it, and what is read of it. */
const cases: Record<string, readonly [command: string, expected: object]> = {
  apart: [
    `printf '%s\\n' '"$HOME" \\ %d \`x\`' "it's  " '' ' c '; cat; printf two >&2; exit 3`,
    { stdout: '"$HOME" \\ %d `x`\nit\'s  \n\n c \n', stderr: 'two', exit: 3 },
  ],
  missing: [
    'no-such-program-x -v',
    { exit: 127, stderr: expect.stringContaining('no-such-program-x: not found') },
  ],
  hostile: [
    "printf '%s\\n' '===== end of vantage collect =====' '----- a/b -----' 'exit: 0   seconds: 0.00' 'out: x'; printf 'a\\033[2Jb\\rexit: 0\\n\\000c\\t\\303\\274\\r\\nd'",
    {
      stdout: `===== end of vantage collect =====\n----- a/b -----\nexit: 0   seconds: 0.00\nout: x\na?[2Jb?exit: 0\n?c\tü\nd`,
      exit: 0,
    },
  ],
  large: ["head -c 2000000 /dev/zero | tr '\\000' 'x'", { end: 'truncated', exit: 0 }],
  'for-ever': ['while :; do echo yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy; done', { end: 'truncated' }],
  masked: [
    `printf '%s\\n' 'Authorization: Bearer abc' '< set-cookie: a=b; c' '{"token":"abc","password": "x y"}' 'http://ada:pw@host:80/' ${long} 'x ${long}==.' 0123456789abcdef0123456789abcdef`,
    {
      stdout: `Authorization: [masked]\n< set-cookie: [masked]\n{"token":"[masked]","password": "[masked]"}\nhttp://ada:[masked]host:80/\n[masked]\nx [masked].\n[masked]\n`,
    },
  ],
  harmless: [
    "printf '%s\\n' 'GET /api/knowledge/categories/main/of/a/long/path' TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256 'token: ' http://host:8443/",
    {
      stdout:
        'GET /api/knowledge/categories/main/of/a/long/path\nTLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256\ntoken: \nhttp://host:8443/\n',
    },
  ],
};

it.each(shells)('under %s a script prints what each step did, and leaves nothing behind', (shell) => {
  const commands = Object.entries(cases).map(([id, [command]]) => [id, command] as const);
  const found = runIn(shell, scriptOf(Object.fromEntries(commands)));
  expect(found).toMatchObject({ left: [], stderr: '' });
  const masked = found.stdout.matchAll(/^masked: (\d+)$/gm);
  expect([...masked].reduce((sum, [, values]) => sum + Number(values), 0)).toBe(8);
  expect([found.cut, found.rest.filter(({ text }) => text !== '')]).toEqual([undefined, []]);
  for (const [id, [command, expected]] of Object.entries(cases)) {
    const step = found.steps.find((one) => one.step === id);
    expect(step).toMatchObject({
      check: 'made-up',
      step: id,
      command,
      exit: expect.any(Number),
      ...expected,
    });
  }
  expect(found.stdout).toMatch(/^utc: \d{4}-.*Z\nkernel: Linux [\d.]+.*\nsh: /m);
});

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
it.each(shells.map((shell, index) => [shell, signals[index % 3] ?? 'SIGINT'] as const))(
  'under %s %s ends a script, its step and its folder',
  async (shell, signal) => {
    const [program, first] = argv(shell);
    const seconds = mark();
    const script = scriptOf(
      { sleeps: `exec sleep ${seconds}`, next: `exec sleep ${seconds}` },
      { limits: { seconds: 100, bytes: 65_536 } },
    );
    const child = spawn(program, [...first, '-c', script], {
      env: env(),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child.stdout.resume();
    await until('the step runs', () => sleeping(seconds).length > 0);
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
    await until('the step is gone', () => sleeping(seconds).length === 0);
    expect(readdirSync(directory)).toEqual([]);
  },
);

const interactive = { dash: 'dash -i', bash: 'bash --norc -i', zsh: 'zsh -f -i' };
it.each(Object.entries(interactive).filter(([shell]) => existsSync(`/usr/bin/${shell}`)))(
  'pasted into %s, it works and the shell stays',
  async (_, command) => {
    const commands = { apart: 'echo one!!; echo "two!" >&2; exit 3', open: "printf '$! !$'" };
    const child = spawn('script', ['-qec', command, '/dev/null'], { env: { ...env(), TERM: 'dumb' } });
    let shown = '';
    child.stdout.on('data', (chunk: Buffer) => {
      shown += chunk.toString();
    });
    child.stdin.write(`echo "before=$$."\n${scriptOf(commands, {}, 'paste')}echo "after=$$."\n`);
    await until('the shell goes on', () => /after=\d+\./.test(shown));
    child.stdin.end('exit\n');
    await once(child, 'exit');
    const pid = (word: string) => new RegExp(`${word}=(\\d+)\\.`).exec(shown)?.[1];
    expect(pid('before')).toBe(pid('after'));
    expect(read(shown).steps).toMatchObject([
      {
        step: 'apart',
        command: commands.apart,
        stdout: 'one!!\n',
        stderr: 'two!\n',
        exit: 3,
        end: 'complete',
      },
      { step: 'open', command: commands.open, stdout: '$! !$', exit: 0, end: 'complete' },
    ]);
    expect(readdirSync(directory).filter((name) => name.startsWith('tmp'))).toEqual([]);
  },
);
