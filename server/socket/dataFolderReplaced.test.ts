/** A data folder that is removed or replaced under the server: noticed before the next verdict is told, and nothing of the other folder is touched. */
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkOf, onceStep } from '../../src/core/testing.ts';
import { type TestServer, testServer } from './testing.ts';

let parent = '';
let data = '';
let server: TestServer | undefined;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'vantage-replaced-'));
  data = join(parent, 'data');
  mkdirSync(data, { mode: 0o700 });
});
afterEach(async () => {
  await server?.close();
  rmSync(parent, { recursive: true });
});

const go = () => join(parent, 'go');
const indexParts = (name: string) => /^index\.sqlite/.test(name);
/** `untouched`: files that are not of the server any more. */
const harms: readonly (readonly [name: string, found: string, untouched: RegExp, harm: () => void])[] = [
  ['moved away', 'the folder is gone', /./, () => renameSync(data, join(parent, 'away'))],
  [
    'replaced by a restored copy of itself',
    'the folder is another one',
    /./,
    () => {
      cpSync(data, join(parent, 'copy'), { recursive: true });
      renameSync(data, join(parent, 'away'));
      renameSync(join(parent, 'copy'), data);
    },
  ],
  ['without runs/', 'runs is gone', /^$/, () => renameSync(join(data, 'runs'), join(parent, 'away'))],
  [
    'without its index',
    'index.sqlite is gone',
    /^index/,
    () => {
      for (const name of readdirSync(data).filter(indexParts)) rmSync(join(data, name));
    },
  ],
  [
    'with another index',
    'index.sqlite is another one',
    /^index\.sqlite /,
    () => {
      cpSync(join(data, 'index.sqlite'), join(parent, 'index'));
      renameSync(join(parent, 'index'), join(data, 'index.sqlite'));
    },
  ],
  [
    'with the -wal of another index',
    'index.sqlite-wal is another one',
    /^index\.sqlite-wal /,
    () => {
      rmSync(join(data, 'index.sqlite-wal'));
      writeFileSync(join(data, 'index.sqlite-wal'), 'restored');
    },
  ],
  ['without its lock', 'lock.sqlite is gone', /^lock\.sqlite /, () => rmSync(join(data, 'lock.sqlite'))],
];

/** Name and content of every file that stands in the place of the folder. */
const content = (): readonly string[] =>
  existsSync(data)
    ? readdirSync(data, { recursive: true, withFileTypes: true })
        .filter((one) => one.isFile())
        .map(
          ({ parentPath, name }) =>
            `${name} ${createHash('sha256')
              .update(readFileSync(join(parentPath, name)))
              .digest('hex')}`,
        )
    : [];
const start = async () => {
  const waits = checkOf('waits', [onceStep('s', `echo here; until [ -e ${go()} ]; do sleep 0.05; done`)]);
  server = await testServer([waits, checkOf('quick', [onceStep('s', 'echo here')])], data);
  const page = await server.connect();
  page.send({ type: 'watch', writeup: 'w' });
  await page.next('welcome');
  const ended = async (key: string, check: string) => {
    page.send({ type: 'run', key, checks: [check] });
    const { runs } = await page.next('accepted', (answer) => answer.key === key);
    const summary = page.next(
      'summary',
      ({ summary: { run, state } }) => run === runs[0]?.run && state === 'ended',
    );
    return { run: runs[0]?.run ?? '', summary: summary.then((told) => told.summary) };
  };
  const health = async () => {
    const answer = await fetch(`http://127.0.0.1:${server?.port}/healthz`);
    return { status: answer.status, body: await answer.json() };
  };
  return { page, ended, health };
};

describe('[R5] a data folder under the server', () => {
  it.each(harms)(
    'that is %s: %s, in words, before the verdict is told',
    async (_, found, untouched, harm) => {
      const { page, ended, health } = await start();
      expect(await health()).toMatchObject({ status: 200, body: { ok: true } });
      const first = await (await ended('click-0001', 'quick')).summary;
      expect(first).toMatchObject({ judgement: { verdict: 'agrees' } });
      const waiting = await ended('click-0002', 'waits');
      await page.next('summary', ({ summary }) => summary.run === waiting.run && summary.state === 'running');
      harm();
      const there = content().filter((file) => untouched.test(file));
      writeFileSync(go(), '');
      expect(await waiting.summary).toMatchObject({
        judgement: {
          verdict: 'inconclusive',
          problem: { kind: 'not-recorded', message: expect.stringContaining(found) },
        },
      });
      const message = expect.stringMatching(
        new RegExp(`${found}.*no run starts.*stop it, put the right folder in place`, 's'),
      );
      expect(await health()).toMatchObject({ status: 503, body: { ok: false, message } });
      page.send({ type: 'run', key: 'click-0003', checks: ['quick'] });
      expect(await page.next('refused', (answer) => answer.key === 'click-0003')).toMatchObject({ message });
      const origin = `http://127.0.0.1:${server?.port}`;
      const [headers, body] = [{ origin }, new URLSearchParams({ keep: 'yes' })];
      const kept = await fetch(`${origin}/runs/${first.run}/keep`, { method: 'POST', headers, body });
      expect([kept.status, (await kept.text()).replace(/\s+/g, ' ')]).toEqual([503, message]);
      page.close();
      await server?.close();
      server = undefined;
      expect(content().filter((file) => untouched.test(file))).toEqual(there);
    },
  );

  it('that loses only the file of the run: no verdict is told, and the others go on', async () => {
    const { page, ended, health } = await start();
    const waiting = await ended('click-0001', 'waits');
    await page.next('summary', ({ summary }) => summary.run === waiting.run && summary.state === 'running');
    rmSync(join(data, 'runs', `${waiting.run}.log`));
    writeFileSync(go(), '');
    expect(await waiting.summary).toMatchObject({ judgement: { problem: { kind: 'not-recorded' } } });
    expect(await health()).toMatchObject({ status: 200 });
    expect(await (await ended('click-0002', 'quick')).summary).toMatchObject({
      judgement: { verdict: 'agrees' },
    });
    page.close();
  });
});
