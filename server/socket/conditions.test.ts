import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Check } from '../../src/core/check/check.ts';
import { checkOf, onceStep } from '../../src/core/testing.ts';
import { remove, type TestConnection, type TestServer, testServer } from './testing.ts';

const check = (id: string, command: string): Check =>
  checkOf(id, [onceStep('s', command, { limits: { seconds: 60, bytes: 65_536 } })]);
const checks = [
  check('quick', 'echo hello'),
  check('waits', 'while [ ! -e /tmp/no-such-flag ]; do sleep 0.05; done'),
];

let server: TestServer;
beforeEach(async () => {
  server = await testServer(checks);
});
afterEach(async () => {
  await server.close();
  remove(server.directory);
});

async function reader(key: string): Promise<TestConnection> {
  const page = await server.connect();
  page.send({ type: 'watch', writeup: 'w', reader: `reader-${key}` });
  await page.next('welcome');
  return page;
}
async function ask(page: TestConnection, message: object): Promise<string> {
  const key = `key-${Math.random().toString(36).slice(2, 12).padEnd(10, '0')}`;
  page.send({ ...message, key });
  await page.until(() => page.heard.some((heard) => 'key' in heard && heard.key === key));
  const answer = page.heard.find((heard) => 'key' in heard && heard.key === key);
  return answer?.type === 'refused' ? answer.message : (answer?.type ?? '');
}
async function take(page: TestConnection, id: string): Promise<string> {
  page.send({ type: 'run', key: `run-${id}-${page.heard.length}-key`, checks: [id] });
  const before = page.heard.length;
  await page.until(() =>
    page.heard
      .slice(before)
      .some(
        (heard) => heard.type === 'summary' && heard.summary.check === id && heard.summary.state === 'ended',
      ),
  );
  const ended = page.heard.findLast((heard) => heard.type === 'summary' && heard.summary.state === 'ended');
  return ended?.type === 'summary' ? ended.summary.condition : '';
}

describe('the lab’s condition', () => {
  it('is changed by one reader, named in every record, and given back', async () => {
    const ada = await reader('ada');
    expect(await ask(ada, { type: 'condition', cause: 'as-documented', remedy: 'fix-it' })).toBe('done');
    expect(await take(ada, 'quick')).toBe('as-documented+fix-it');
    expect(await ask(ada, { type: 'release' })).toBe('done');
    expect(await take(ada, 'quick')).toBe('as-documented');
  });
  it('is kept from others while somebody has the lab, and they are told who and how to get it', async () => {
    const ada = await reader('ada');
    const bob = await reader('bob');
    expect(await ask(bob, { type: 'ask' })).toContain('Nobody has the lab');
    await ask(ada, { type: 'condition', cause: 'healthy' });
    expect(await ask(bob, { type: 'condition', cause: 'healthy' })).toMatch(
      /^Reader 1 has the lab until \d\d:\d\d UTC\. Ask to take over/,
    );
    expect(await ask(bob, { type: 'release' })).toContain('only they can give it back');
    expect(await ask(bob, { type: 'ask' })).toBe('done');
    await ask(ada, { type: 'release' });
    expect(await ask(ada, { type: 'condition', cause: 'healthy' })).toContain('Reader 2 has the lab');
    expect(await ask(bob, { type: 'condition', cause: 'healthy' })).toBe('done');
  });
  it('is refused by name when it is unknown or does not fit', async () => {
    const ada = await reader('ada');
    expect(await ask(ada, { type: 'condition', cause: 'nonsense' })).toBe(
      'Expected a cause (as-documented, healthy), found "nonsense".',
    );
    expect(await ask(ada, { type: 'condition', cause: 'fix-it' })).toContain('Expected a cause');
    expect(await ask(ada, { type: 'condition', cause: 'as-documented', remedy: 'healthy' })).toBe(
      'Expected a remedy (fix-it), found "healthy".',
    );
    expect(await ask(ada, { type: 'condition', cause: 'healthy', remedy: 'fix-it' })).toContain(
      'is meant for as-documented',
    );
  });
  it('that changes during a run makes the run inconclusive', async () => {
    const ada = await reader('ada');
    ada.send({ type: 'run', key: 'run-waits', checks: ['waits'] });
    const { runs } = await ada.next('accepted');
    await ada.next('summary', ({ summary }) => summary.state === 'running');
    await ask(ada, { type: 'condition', cause: 'healthy' });
    ada.send({ type: 'cancel', run: runs[0]?.run });
    const { summary } = await ada.next('summary', (message) => message.summary.state === 'ended');
    expect(summary).toMatchObject({
      condition: 'as-documented',
      judgement: {
        verdict: 'inconclusive',
        problem: {
          kind: 'condition-changed',
          message: expect.stringContaining('from as-documented to healthy'),
        },
      },
    });
  });
});

describe('real machines', () => {
  it('have no conditions, whatever the page sends', async () => {
    await server.close();
    server = await testServer(checks, server.directory, true);
    const ada = await reader('ada');
    for (const message of [{ type: 'condition', cause: 'healthy' }, { type: 'release' }, { type: 'ask' }])
      expect(await ask(ada, message)).toContain('nothing on them is ever changed from here');
  });
});
