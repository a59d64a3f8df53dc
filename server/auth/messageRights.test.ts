import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkOf, onceStep } from '../../src/core/testing.ts';
import type { Up } from '../../src/core/protocol/up.ts';
import { until } from '../lab/testing.ts';
import type { TestConnection } from '../socket/testing.ts';
import {
  bearer,
  effectCheck,
  type AuthServer,
  startAuthServer,
  type Person,
  person,
  tokenFile,
} from './testing.ts';
import { messageTypes } from '../../src/core/protocol/rights-testing.ts';

const checks = [
  effectCheck('reads', 'read'),
  effectCheck('sends', 'send'),
  effectCheck('captures', 'capture'),
  checkOf('long', [
    onceStep('s', 'head -c 40000000 /dev/zero | tr "\\000" x', {
      limits: { seconds: 60, bytes: 64 * 1024 * 1024 },
    }),
  ]),
  effectCheck('endless', 'read', 'while :; do echo again; sleep 0.02; done'),
  ...Array.from({ length: 300 }, (_, n) => effectCheck(`many-${n}`, 'read', 'sleep 100')),
];
const viewer = person('vera', 'view');
const reader = person('rita', 'run:read');
const all = person('ada', 'run:read', 'run:send', 'run:capture', 'condition', 'admin');
const none = person('nemo');
const people = [viewer, reader, all, none];
const unknown = '01ARZ3NDEKTSV4RRFFQ69G5FAV';

let open: AuthServer;
beforeEach(async () => {
  open = await startAuthServer(checks, 'token', tokenFile(people));
});
afterEach(() => open.close());
const rewrite = (now: readonly Person[]) => writeFileSync(join(open.directory, 'auth.yaml'), tokenFile(now));
const watching = async (who: Person): Promise<TestConnection> => {
  const page = await open.server.connect(bearer(who));
  page.send({ type: 'watch', writeup: 'w' });
  await page.next('welcome');
  return page;
};
const key = () => crypto.randomUUID();

/** One of each message, about a run that goes on. */
const messageOf: { readonly [Type in Up['type']]: (run: string) => Extract<Up, { type: Type }> } = {
  watch: () => ({ type: 'watch', writeup: 'w' }),
  follow: (run) => ({ type: 'follow', run, from: 0 }),
  unfollow: (run) => ({ type: 'unfollow', run }),
  run: () => ({ type: 'run', key: key(), checks: ['reads'] }),
  cancel: (run) => ({ type: 'cancel', run }),
  condition: () => ({ type: 'condition', key: key(), cause: 'healthy' }),
  release: () => ({ type: 'release', key: key() }),
  ask: () => ({ type: 'ask', key: key() }),
  save: (run) => ({ type: 'save', key: key(), runs: [run], title: 't', note: '' }),
  present: () => ({ type: 'present', key: key(), at: { slide: 'reads', view: 'check' } }),
};
const forViewers: readonly Up['type'][] = ['watch', 'follow', 'unfollow'];

describe('[T4] a page of somebody who may only read', () => {
  it.each(messageTypes.filter((type) => !forViewers.includes(type)))(
    'is refused %s with an answer and a line, and stays connected; nothing is done',
    async (type) => {
      const ada = await watching(all);
      ada.send({ type: 'run', key: key(), checks: ['endless'] });
      const run = (await ada.next('accepted')).runs[0]?.run ?? '';
      const page = await watching(viewer);
      const message = messageOf[type](run);
      const before = open.audit().length;
      page.send(message);
      const refused = await page.next('refused');
      expect(refused.message).toMatch(
        /^You need the permissions? .* to do this\. Ask the operator of this server/,
      );
      expect(refused.key).toBe('key' in message ? message.key : run);
      expect(open.audit().slice(before)).toMatchObject([
        {
          who: 'vera',
          via: 'token',
          peer: '127.0.0.1',
          action: 'refused-right',
          outcome: expect.stringContaining('needs '),
        },
      ]);
      // The same socket goes on, and the run too.
      page.send({ type: 'follow', run, from: 0 });
      await page.until(() => page.last(run)?.body.kind === 'output');
      expect(open.audit('run').length).toBe(1);
      expect(open.audit('run-ended').length).toBe(0);
    },
  );
  it('is shown what she may see', async () => {
    const page = await watching(viewer);
    for (const type of forViewers) page.send(messageOf[type](unknown));
    await page.until(() => page.heard.filter((message) => message.type === 'welcome').length === 2);
    await page.next('unknown-run');
    expect(page.heard.some((message) => message.type === 'refused')).toBe(false);
  });
});

describe('[T4] a run', () => {
  it('asks for the right of every check in it, and starts none when one is missing', async () => {
    const page = await watching(reader);
    page.send({ type: 'run', key: 'click-abc', checks: ['reads', 'sends', 'captures'] });
    expect((await page.next('refused')).message).toContain('run:send and run:capture');
    expect(open.audit('run')).toEqual([]);
    page.send({ type: 'run', key: 'click-def', checks: ['reads'] });
    await page.next('accepted');
    await page.next('summary', ({ summary }) => summary.state === 'ended' && summary.by === 'rita');
    expect(open.audit('run', 'run-ended')).toMatchObject([
      {
        who: 'rita',
        action: 'run',
        target: expect.stringMatching(/^reads [0-9A-Z]{26}$/),
        outcome: 'started',
      },
      { who: 'rita', via: 'server', action: 'run-ended', outcome: 'agrees' },
    ]);
  });
  it('[T8] is started once by a click, also over another connection and by nobody else’s key', async () => {
    const page = await open.server.connect(bearer(reader));
    page.send({ type: 'watch', writeup: 'w', reader: 'browser-1' });
    page.send({ type: 'run', key: 'same-click', checks: ['reads'] });
    const { runs } = await page.next('accepted');
    await page.next('summary', ({ summary }) => summary.state === 'ended');
    page.drop();
    const again = await open.server.connect(bearer(reader));
    again.send({ type: 'watch', writeup: 'w', reader: 'browser-1' });
    again.send({ type: 'run', key: 'same-click', checks: ['reads'] });
    expect((await again.next('accepted')).runs).toEqual(runs);
    expect(open.audit('run-ended').length).toBe(1);
    const other = await open.server.connect(bearer(all));
    other.send({ type: 'watch', writeup: 'w', reader: 'browser-1' });
    other.send({ type: 'run', key: 'same-click', checks: ['reads'] });
    expect((await other.next('accepted')).runs).not.toEqual(runs);
  });
  it('[T13] is refused as busy when two hundred wait, and when one person starts too many', async () => {
    const page = await watching(all);
    const batches = Array.from({ length: 5 }, (_, n) =>
      Array.from({ length: 60 }, (_, m) => `many-${n * 60 + m}`),
    );
    const other = await watching(reader);
    const answers: string[] = [];
    for (const [n, checks] of batches.entries()) {
      const own = `batch-000${n}`;
      const by = n < 3 ? page : other;
      by.send({ type: 'run', key: own, checks });
      await by.until(() => by.heard.some((one) => 'key' in one && one.key === own));
      const answer = by.heard.find((one) => 'key' in one && one.key === own);
      answers.push(answer?.type === 'refused' ? answer.message : (answer?.type ?? ''));
    }
    // One person has begun 120; with another's 60 there is no room for 60 more.
    expect(answers).toEqual([
      ...['accepted', 'accepted', expect.stringContaining('very many runs')],
      ...['accepted', expect.stringContaining('of 200 that may')],
    ]);
    const outcomes = open.audit('run').map(({ outcome }) => outcome.split(':')[0]);
    expect(outcomes.filter((one) => one === 'started').length).toBe(180);
    expect(open.audit('refused-command').map(({ who }) => who)).toEqual(['ada', 'rita']);
  }, 60_000);
});

describe('a page knows its reader', () => {
  it('[T4] by name, the way in and the rights, which are the same over HTTP', async () => {
    const viewer = { who: { via: 'token', name: 'rita' }, rights: ['view', 'run:read'] };
    const page = await watching(reader);
    expect((await page.next('welcome')).viewer).toEqual(viewer);
    const answer = await fetch(`${open.base}/me`, { headers: bearer(reader) });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await answer.json()).toEqual(viewer);
  });
  it('[T4] and hears once of each right that comes or goes in the file, while it stays connected', async () => {
    const page = await watching(viewer);
    const other = await watching(reader);
    const told = () => page.heard.flatMap((one) => (one.type === 'standing' ? [one.viewer.rights] : []));
    const have = (...rights: Person['rights']) => rewrite([{ ...viewer, rights }, reader, all]);
    have('run:capture');
    await page.until(() => told().length === 1);
    page.send({ type: 'run', key: key(), checks: ['captures'] });
    const run = (await page.next('accepted')).runs[0]?.run ?? '';
    await page.next('summary', ({ summary }) => summary.run === run && summary.state === 'ended');
    have('view', 'admin');
    await page.until(() => told().length === 2);
    page.send({ type: 'run', key: 'click-late', checks: ['captures'] });
    await page.next('refused', (refused) => refused.key === 'click-late');
    expect(told()).toEqual([
      ['view', 'run:capture'],
      ['view', 'admin'],
    ]);
    expect(other.heard.some(({ type }) => type === 'standing')).toBe(false);
  });
});

describe('[T6] a right that is lost', () => {
  it('ends the stream in the middle with 1008 within two seconds, and no byte comes after', async () => {
    const ada = await watching(all);
    ada.send({ type: 'run', key: key(), checks: ['endless'] });
    const run = (await ada.next('accepted')).runs[0]?.run ?? '';
    const page = await watching(viewer);
    page.send({ type: 'follow', run, from: 0 });
    await page.until(() => (page.entries.get(run)?.length ?? 0) > 20);
    const began = performance.now();
    rewrite(people.filter((one) => one !== viewer));
    expect(await page.closed).toBe(1008);
    expect(performance.now() - began).toBeLessThan(2000);
    const had = page.entries.get(run)?.length;
    const here = ada.entries.size;
    ada.send({ type: 'follow', run, from: 0 });
    await ada.until(() => (ada.entries.get(run)?.length ?? 0) > (had ?? 0) + 20);
    expect(here).toBe(0);
    expect(page.entries.get(run)?.length).toBe(had);
    expect(open.audit('lost')).toMatchObject([{ who: 'vera' }]);
    await expect(open.server.connect(bearer(viewer))).rejects.toThrow('401');
  }, 20_000);
  it('counts for the next message of a page that stays', async () => {
    const page = await watching(reader);
    rewrite([viewer, all, { ...reader, rights: ['view'] }]);
    await until('the file was read again', () => open.audit('auth-file').length === 1);
    page.send({ type: 'run', key: 'click-late', checks: ['reads'] });
    expect((await page.next('refused')).message).toContain('run:read');
  });
  it('ends a download that is still being sent', async () => {
    const ada = await watching(all);
    ada.send({ type: 'run', key: key(), checks: ['long'] });
    const run = (await ada.next('accepted')).runs[0]?.run ?? '';
    await ada.next('summary', ({ summary }) => summary.state === 'ended');
    const path = `/runs/${run}/entries`;
    const [answer] = (await once(get(`${open.base}${path}`, { headers: bearer(viewer) }), 'response')) as [
      IncomingMessage,
    ];
    expect(answer.statusCode).toBe(200);
    // Nothing is read, so that the rest waits on the server.
    rewrite([all]);
    await until('it was ended', () => open.audit('lost').some(({ target }) => target === path));
    let bytes = 0;
    answer.on('data', (chunk: Buffer) => (bytes += chunk.length));
    await new Promise((resolve) => answer.once('error', resolve).once('close', resolve));
    expect(answer.complete).toBe(false);
    expect(bytes).toBeLessThan(30_000_000);
  }, 30_000);
});
