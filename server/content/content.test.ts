import { readFileSync } from 'node:fs';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { checkSchema } from '../../src/core/check.ts';
import { lint } from '../../src/core/lint.ts';
import { recordingSchema } from '../../src/core/recording.ts';
import { judgeSamples } from '../../src/core/samples.ts';
import { loadContent } from './load.ts';
import { readYaml } from './yaml.ts';

const content = fileURLToPath(new URL('../../content', import.meta.url));

describe('the content', () => {
  it('[C2] is sound, and every sample is judged as stated', async () => {
    const writeups = await loadContent(content);
    expect(writeups.map(({ id }) => id)).toEqual(['what-ss-proves', 'wsl2-mirrored-networking']);
  });
  it('has a recording of every check as it is now, judged to agree; if not: npm run record', async () => {
    for (const { id, checks } of await loadContent(content)) {
      const { runs } = recordingSchema.parse(
        JSON.parse(readFileSync(join(content, id, 'recordings.json'), 'utf8')),
      );
      const recorded = runs.map((run) => {
        const header = run[0]?.body;
        const verdict = run.flatMap(({ body }) => (body.kind === 'judged' ? [body.judgement.verdict] : []));
        return header?.kind === 'header'
          ? [header.check, header.checkHash, header.provenance, ...verdict]
          : [];
      });
      expect(recorded.sort()).toEqual(
        [...checks.values()].map(({ check, hash }) => [check.id, hash, 'recording', 'agrees']).sort(),
      );
    }
  });
});

describe('the recipe of README.md', () => {
  it('is a check without a fault, when its pieces are put together as they stand there', () => {
    const text = readFileSync(join(content, 'README.md'), 'utf8');
    const pieces = [...text.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, piece = '']) => piece);
    expect(pieces.length).toBeGreaterThan(4);
    const { value, faults } = readYaml(pieces.join(''), 'README.md', checkSchema);
    expect(faults).toEqual([]);
    expect(value && [...lint(value), ...judgeSamples(value)]).toEqual([]);
  });
  it('names every component that a page can use', () => {
    const text = readFileSync(join(content, 'README.md'), 'utf8');
    const used = ['what-ss-proves', 'wsl2-mirrored-networking'].flatMap((id) =>
      [...readFileSync(join(content, id, 'index.mdx'), 'utf8').matchAll(/^<([A-Z]\w+)/gm)].map(
        ([, name]) => name,
      ),
    );
    expect(used.length).toBeGreaterThan(10);
    for (const name of new Set(used)) expect(text).toMatch(new RegExp(`^\\| \`<${name}[ >]`, 'm'));
  });
});

describe('a fault in the content', () => {
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'vantage-content-'));
    cpSync(join(content, 'what-ss-proves'), join(directory, 'content/w'), { recursive: true });
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const load = () =>
    loadContent(join(directory, 'content')).then(
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
    change(/vantage: backend/, 'vantage: backnd');
    expect(await load()).toMatch(
      /content\/w\/checks\/ping-self\.yaml:\d+: step ".*": expected a vantage of the writeup \(.*backend.*\), found "backnd"/,
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
      ['<Check id="health-check" />', '<Check id="helth-check" />', '', 'helth-check', 'health-check'],
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
