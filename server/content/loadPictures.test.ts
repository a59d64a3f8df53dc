/** How a fault in a picture is said, and what is none. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadContent } from './load.ts';

const content = fileURLToPath(new URL('../../content', import.meta.url));

describe('a fault in a picture', () => {
  let directory = '';
  const folder = () => join(directory, 'content/w');
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'vantage-pictures-'));
    cpSync(join(content, 'wsl2-mirrored-networking'), folder(), { recursive: true });
  });
  afterEach(() => rmSync(directory, { recursive: true }));
  const change = (name: string, from: string | RegExp, to: string) => {
    const text = readFileSync(join(folder(), name), 'utf8');
    expect(text).toMatch(from);
    writeFileSync(join(folder(), name), text.replace(from, to));
  };
  const load = () =>
    loadContent(join(directory, 'content')).then(
      () => 'no fault',
      (error: Error) => error.message,
    );

  it.each([
    [/^kind: path/m, 'kind: map', /packet-path\.yaml:\d+: kind: /],
    [/^title: .*/m, 'title: [', /packet-path\.yaml:\d+: not good YAML/],
    [
      /^title: .*/m,
      'titel: x',
      /packet-path\.yaml:3: expected one of the keys .*title.*; found "titel"; nearest: title/,
    ],
    [
      /checks: \[ss-listen\]/,
      'checks: [ss-lisen]',
      /packet-path\.yaml:\d+: proofs\.\d+\.from\.0\.checks: expected the id of a check \(.*ss-listen.*\), found "ss-lisen"/,
    ],
    [
      /outcomes: \[ipv6\]/,
      'outcomes: [ipv5]',
      /packet-path\.yaml:\d+: proofs\.\d+\.from\.0\.outcomes: expected the `id` of an outcome of ss-listen \(documented, .*ipv6.*\), found "ipv5"/,
    ],
    [
      /line: M58 92V118/,
      'line: M58 92C1 2',
      /packet-path\.yaml:\d+: links\.0\.line: write a line of straight stretches/,
    ],
    [
      /at: \[91, 122\]/,
      'at: [30, 122]',
      /packet-path\.yaml:\d+: nodes\.5\.at: expected a place of its own for the node "127", found "local" at 30, 122 as well/,
    ],
  ])('[W8] is named with its file and line: %s, changed to %s', async (from, to, fault) => {
    change('pictures/packet-path.yaml', from, to);
    expect(await load()).toMatch(fault);
  });
  it('[W8] is at the line of the name that leads nowhere', async () => {
    change('pictures/attempts.yaml', 'path: packet-path', 'path: packt-path');
    const text = readFileSync(join(folder(), 'pictures/attempts.yaml'), 'utf8');
    const line = text.split('\n').indexOf('path: packt-path') + 1;
    expect(await load()).toContain(
      `content/w/pictures/attempts.yaml:${line}: path: expected the name of a picture of a path (packet-path), found "packt-path"`,
    );
  });
  it('[W8] is a name in the page that no file in pictures/ has', async () => {
    change('index.mdx', '## Background', '<Picture name="atempts" />');
    expect(await load()).toMatch(
      /index\.mdx:\d+: expected the name of a file in pictures\/ \(attempts, packet-path\), found "atempts"; nearest: attempts/,
    );
  });
  it('[W8] is not told of a check that could not be read: its own fault is enough', async () => {
    change('checks/ss-listen.yaml', /^title: .*/m, 'title: [');
    expect(await load()).not.toContain('pictures/');
  });
  it('[W8] is not that a writeup has no pictures', async () => {
    rmSync(folder(), { recursive: true });
    cpSync(join(content, 'what-ss-proves'), folder(), { recursive: true });
    change('index.mdx', /^lab: .*\n/m, '');
    expect(await load()).toBe('no fault');
    expect((await loadContent(join(directory, 'content')))[0]?.pictures.size).toBe(0);
  });
  it('[W9] is not an outcome put in between: the others keep their ids, and the check its hash without them', async () => {
    const hashes = async () =>
      (await loadContent(join(directory, 'content')))[0]?.checks.get('ss-listen')?.hash;
    const before = await hashes();
    change('checks/ss-listen.yaml', /- id: other-backlog/, '- id: another-backlog');
    change('pictures/packet-path.yaml', 'other-backlog', 'another-backlog');
    change('pictures/attempts.yaml', 'other-backlog', 'another-backlog');
    expect(await hashes()).toBe(before);
    // Nor does what only proves the check at the build.
    change('checks/ss-listen.yaml', /^samples:\n {2}- name: .*/m, '$&\n    release: another one');
    expect(await hashes()).toBe(before);
    change('checks/ss-listen.yaml', /^claim: /m, 'claim: Also, ');
    expect(await hashes()).not.toBe(before);
  });
});
