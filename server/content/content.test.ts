import { readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { loadContent } from './load.ts';

const content = fileURLToPath(new URL('../../content', import.meta.url));

describe('a fault in the content', () => {
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'vantage-content-'));
    cpSync(join(content, 'what-ss-proves'), join(directory, 'content/w'), { recursive: true });
    // A writeup without a lab, its own or another's.
    const page = join(directory, 'content/w/index.mdx');
    writeFileSync(page, readFileSync(page, 'utf8').replace(/^lab: .*\n/m, ''));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const load = () =>
    loadContent(join(directory, 'content'), 'judged').then(
      () => 'no fault',
      (error: Error) => error.message,
    );
  const change = (from: string | RegExp, to: string) => {
    const file = join(directory, 'content/w/checks/ping-self.yaml');
    const text = readFileSync(file, 'utf8');
    expect(text).toMatch(from);
    writeFileSync(file, text.replace(from, to));
  };
  it('is named with its file and line, what was expected and what to write', async () => {
    change(/role: backend/, 'role: backnd');
    expect(await load()).toMatch(
      /content\/w\/checks\/ping-self\.yaml:\d+: step ".*": expected a role of the writeup \(.*backend.*\), found "backnd"/,
    );
  });
  it.each([
    [/^id: ping-self/m, 'id: other', 'expected id: ping-self as the file is called, found "other"'],
    [/^effect: \w+/m, 'effect: 12', 'effect'],
    [/^title: /m, 'titel: ', 'titel'],
    [/^title: .*/m, 'title: &a x\nclaim2: *a', 'expected YAML without anchors and aliases'],
    [/^title: .*/m, '\ttitle: x', 'not good YAML'],
    [/^title: .*/m, 'title: one\ntitle: two', 'not good YAML'],
    [/^title: .*/m, 'title: !!js/function "x"', 'not good YAML'],
    [/seconds: \d+/, 'seconds: .inf', 'limits.seconds'],
    [/seconds: \d+/, 'seconds: 0', 'limits.seconds'],
    [/seconds: \d+/, 'seconds: 1e9', 'limits.seconds'],
    [/seconds: \d+/, 'seconds: -1', 'limits.seconds'],
    [/^ {4}command: .*/m, '    command: [id]', 'command'],
    [/^ {4}command: .*/m, '    command: "a\\nb"', 'write the command on one line'],
    [/^ {4}command: .*/m, '    command: "a\\0b"', 'write the command on one line'],
    [/^title: .*/m, 'title: no', 'title'],
    [/^id: ping-self/m, 'id: 1e3', 'id'],
    [/^title: .*/m, '__proto__: { polluted: true }', '__proto__'],
    [/^title: .*/m, '---\ntitle: x', 'not good YAML'],
    [/^title: .*/m, '<<: *x', 'ping-self.yaml'],
    [
      /^title: .*/m,
      `a: &a { b: c }\nd: { <<: [${'*a,'.repeat(9999)}*a] }`,
      'expected YAML without anchors and aliases',
    ],
    [/^(pastes:\n.*\n {4}verdict: )agrees/m, '$1differs', 'paste "by hand" must be differs'],
    [/^id: ping-self/m, 'id: Ping-Self', 'lower-case letters'],
    [/^id: ping-self/m, 'id: pin\u0067\u0301-self', 'lower-case letters'],
    [/^id: ping-self/m, 'id: p\u0456ng-self', 'lower-case letters'],
    [/^id: ping-self/m, 'id: 010', 'id'],
    [/^id: ping-self/m, 'id: ../ping-self', 'lower-case letters'],
    [/^(steps:\n)((?: .*\n)+)/m, '$1$2$2', 'two steps are called'],
    [/seconds: \d+/, 'seconds: 2026-01-01', 'limits.seconds'],
    [/seconds: \d+/, 'seconds: "5"', 'limits.seconds'],
    [/bytes: \d+/, 'bytes: 1e12', 'limits.bytes'],
    [/bytes: \d+/, 'bytes: 0', 'limits.bytes'],
    [/bytes: \d+/, 'bytes: .nan', 'limits.bytes'],
    [/^effect: \w+/m, 'effect: admin', 'effect'],
    [/^effect: (\w+)/m, 'effect: $1\nuses: [ping-self]', 'uses'],
    [/^effect: (\w+)/m, 'effect: $1\nsource: live', 'source'],
    [/^expect:\n(?: .*\n)+/m, '', 'expect'],
    [/^documented:$/m, 'undocumented:', 'documented'],
    [/^ {4}command: .*/m, '    command: ""', 'command'],
    [/^ {4}command: .*/m, '    command: !!binary aWQ=', 'steps.0.command'],
    [/^title: .*/m, `title: ${'x'.repeat(10_000_000)}`, 'expected at most 4194304 bytes'],
    [
      /^title: .*/m,
      `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'
        .split('')
        .map((name, at) => `${name}: &${name} [${`*${'abcdefg'[at]},`.repeat(9)}]`)
        .join('\n')}`,
      'expected YAML without anchors and aliases',
    ],
    [/^title: .*/m, `title: ${'"'.repeat(100_000)}`, 'not good YAML'],
    [/^title: .*/m, `title: ${'x'.repeat(300_000)}`, 'expected at most 262144 bytes of YAML'],
  ])('%s → %.60s is refused', { timeout: 30_000 }, async (from, to, said) => {
    change(from, to);
    const message = await load();
    expect(message).toContain(said);
    expect(message).toMatch(/ping-self\.yaml:\d+: /);
  });
  it.each<[string, (text: string) => string | Uint8Array, string]>([
    ['with line ends of Windows', (text) => text.replaceAll('\n', '\r\n'), 'no fault'],
    ['with a byte order mark', (text) => `\ufeff${text}`, 'no fault'],
    [
      'with a date for a title, which is text',
      (text) => text.replace(/^title: .*/m, 'title: 2026-01-01'),
      'no fault',
    ],
    ['with 010, which YAML reads as ten', (text) => text.replace(/seconds: \d+/, 'seconds: 010'), 'no fault'],
    [
      'with bytes that are not UTF-8',
      (text) => Buffer.concat([Buffer.from(text), Buffer.from('# \xff\n', 'latin1')]),
      'ping-self.yaml:1: expected UTF-8, found bytes that are none',
    ],
    ['with an overlong slash', (text) => Buffer.from(`${text}# \xc0\xaf`, 'latin1'), 'expected UTF-8'],
    ['with UTF-16', (text) => Buffer.from(text, 'utf16le'), 'ping-self.yaml:'],
  ])('a file %s', async (_, harm, said) => {
    const file = join(directory, 'content/w/checks/ping-self.yaml');
    writeFileSync(file, harm(readFileSync(file, 'utf8')));
    expect(await load()).toContain(said);
  });
  it.each<[string, (path: string) => unknown]>([
    ['a link', (path) => symlinkSync('/dev/zero', path)],
    ['a pipe', (path) => execFileSync('mkfifo', [path])],
    ['a folder', (path) => mkdirSync(path)],
  ])('%s in the place of a check is not opened', async (_, make) => {
    make(join(directory, 'content/w/checks/other.yaml'));
    expect(await load()).toContain('other.yaml:1: expected a regular file');
  });
  it.each([
    [/^effect: (\w+)/m, 'efect: $1', /^efect:/m, 'expected one of the keys id, title, ', 'efect', 'effect'],
    [
      /^ {4}command: /m,
      '    comand: ',
      /^ {4}comand:/m,
      'steps.0: expected one of the keys ',
      'comand',
      'command',
    ],
    [
      /seconds: 6,/,
      'secnds: 6,',
      /secnds/,
      'steps.0.limits: expected one of the keys seconds, bytes',
      'secnds',
      'seconds',
    ],
  ])(
    'in a key is told at its own line, with the keys that there are: %s → %s',
    async (from, to, at, said, key, near) => {
      change(from, to);
      const text = readFileSync(join(directory, 'content/w/checks/ping-self.yaml'), 'utf8');
      const line = text.slice(0, text.search(at)).split('\n').length;
      const message = (await load()).split('\n').find((one) => one.includes(`found "${key}"`));
      expect(message).toContain(`ping-self.yaml:${line}: ${said}`);
      expect(message).toContain(`found "${key}"; nearest: ${near}`);
    },
  );
  it('such as a folder without a page is told together with all others', async () => {
    mkdirSync(join(directory, 'content/empty/checks'), { recursive: true });
    writeFileSync(join(directory, 'content/empty/checks/broken.yaml'), 'id: [');
    change(/^effect: \w+/m, 'effect: 12');
    const message = await load();
    expect(message).toContain(
      'content/empty/index.mdx:1: expected the page of the writeup: write index.mdx, or remove the folder empty',
    );
    expect(message).toContain('content/empty/checks/broken.yaml:1: not good YAML');
    expect(message).toMatch(/ping-self\.yaml:\d+: effect/);
  });
  it('of every file is told at once', async () => {
    change(/^effect: \w+/m, 'effect: 12');
    writeFileSync(join(directory, 'content/w/checks/broken.yaml'), 'id: [');
    expect(await load()).toMatch(/2 faults|[3-9] faults/);
  });
});

describe('names in a page that lead nowhere', () => {
  it('are faults, each with its line, what there is and the nearest', async () => {
    const root = mkdtempSync(join(tmpdir(), 'vantage-content-'));
    onTestFinished(() => rmSync(root, { recursive: true }));
    cpSync(join(content, 'wsl2-mirrored-networking'), join(root, 'content/w'), { recursive: true });
    const page = join(root, 'content/w/index.mdx');
    const wrong = [
      [
        'checks: [self-loopback, ',
        'checks: [self-lopback, ',
        'limitation.checks.0',
        'self-lopback',
        'self-loopback',
      ],
      [
        'check: manager-to-backend',
        'check: manager-to-backnd',
        'matrix.cells.1.check',
        'manager-to-backnd',
        'manager-to-backend',
      ],
      ['{ from: backend, ', '{ from: backnd, ', 'matrix.cells.2.from', 'backnd', 'backend'],
      [
        "to: '172.16.168.20:8443', check: self",
        "to: '172.16.168.20:8444', check: self",
        'matrix.cells.3.to',
        '172.16.168.20:8444',
        '172.16.168.20:8443',
      ],
      [
        'cause: port-not-reserved',
        'cause: port-not-reservd',
        'stated.cause',
        'port-not-reservd',
        'port-not-reserved',
      ],
      ['rows: [ss-listen, ', 'rows: [ss-lisen, ', 'stated.rows.0', 'ss-lisen', 'ss-listen'],
      [
        '    - rows: [self-own-address]',
        '    - rows: [self-own-adress]',
        'stated.settle.2.rows.0',
        'self-own-adress',
        'self-own-address',
      ],
      ["{['health-check',", "{['helth-check',", '', 'helth-check', 'health-check'],
      [
        "<Evidence checks={['ss-listen', 'tcpdump-lo',",
        "<Evidence checks={['ss-listen', 'tcpdmp-lo',",
        '',
        'tcpdmp-lo',
        'tcpdump-lo',
      ],
    ] as const;
    const text = wrong.reduce(
      (all, [from, to]) => {
        expect(all).toContain(from);
        return all.replace(from, to);
      },
      readFileSync(page, 'utf8'),
    );
    writeFileSync(page, text);
    const message = await loadContent(join(root, 'content')).then(() => 'no fault', String);
    expect(message).toContain(`${wrong.length} faults`);
    for (const [, to, path, found, near] of wrong) {
      const line = text.slice(0, text.indexOf(to)).split('\n').length;
      const said = message.split('\n').find((one) => one.includes(`found "${found}"`));
      expect(said).toContain(`content/w/index.mdx:${line}: ${path === '' ? '' : `${path}: `}expected `);
      expect(said).toContain(`; nearest: ${near}`);
    }
  });
});
