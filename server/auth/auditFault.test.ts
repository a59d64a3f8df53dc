/** While the audit log cannot be written nobody signs in, and nothing is started or changed; reading, and signing out, go on. */
import { mkdirSync, renameSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { messageTypes } from '../../src/core/protocol/rights-testing.ts';
import { messageAsks } from '../../src/core/protocol/rights.ts';
import { auditFiles } from '../audit/audit.ts';
import { bearer, effectCheck, type AuthServer, startAuthServer, person, tokenFile } from './testing.ts';

const ada = person('ada', 'run:read', 'run:send', 'run:capture', 'condition', 'admin');
const unknown = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
let open: AuthServer;
beforeEach(async () => {
  open = await startAuthServer([effectCheck('reads', 'read')], 'token', tokenFile([ada]));
});
afterEach(() => open.close());

/** One of each message that starts or changes something. */
const messages = {
  run: { key: 'click-run', checks: ['reads'] },
  cancel: { run: unknown },
  condition: { key: 'click-condition', cause: 'healthy' },
  release: { key: 'click-release' },
  ask: { key: 'click-ask' },
  save: { key: 'click-save', runs: [unknown], title: 't', note: '' },
  present: { key: 'click-present', at: null },
} as const;
const post = (path: string, headers = {}) =>
  fetch(`${open.base}${path}`, {
    ...{ method: 'POST', redirect: 'manual' },
    body: new URLSearchParams({ token: ada.token, keep: 'yes' }),
    headers: { origin: open.base, ...headers },
  });

it('has all messages here', () =>
  expect(Object.keys(messages).sort()).toEqual(
    messageTypes.filter((type) => messageAsks[type] !== 'view').sort(),
  ));

it.each(Object.values(auditFiles))('with a folder in place of %s', async (name) => {
  const cookie = (await post('/login')).headers.get('set-cookie')?.split(';')[0] ?? '';
  const page = await open.server.connect(bearer(ada));
  page.send({ type: 'watch', writeup: 'w' });
  await page.next('welcome');
  const path = join(open.directory, name);
  renameSync(path, `${path}.moved`);
  mkdirSync(path);
  for (const [type, fields] of Object.entries(messages)) {
    page.send({ type, ...fields });
    const key = 'key' in fields ? fields.key : fields.run;
    const { message } = await page.next('refused', (refused) => refused.key === key);
    expect(message).toContain('nothing is started or changed');
  }
  const kept = await post(`/runs/${unknown}/keep`, { cookie });
  expect([kept.status, await kept.text()]).toEqual([503, expect.stringContaining('nothing is started')]);
  const answer = await post('/login');
  expect([answer.status, answer.headers.has('set-cookie')]).toEqual([503, false]);
  expect(await answer.text()).toContain('The audit log cannot be written');
  expect((await fetch(open.base, { headers: { cookie } })).status).toBe(200);
  expect((await post('/logout', { cookie })).status).toBe(303);
  expect((await fetch(open.base, { headers: { cookie } })).status).toBe(401);
  expect(open.auditFaults().length).toBe(1);

  rmdirSync(path);
  expect((await post('/login')).status).toBe(303);
  page.send({ type: 'run', key: 'click-again', checks: ['reads'] });
  await page.next('accepted');
  await page.next('summary', ({ summary }) => summary.state === 'ended');
  expect(open.audit('run').length).toBe(1);
});
