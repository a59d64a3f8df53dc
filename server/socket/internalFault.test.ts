/** A fault of our own while a page's message is worked on: it is logged once, said to that page, and ends nothing else. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { checkOf, onceStep } from '../../src/core/testing.ts';
import { closeCodes } from '../../src/core/protocol/version.ts';
import { remove, type TestConnection, testServer, type TestServer } from './testing.ts';

let server: TestServer;
beforeEach(async () => {
  server = await testServer([checkOf('quick', [onceStep('s', 'echo hello')])]);
});
afterEach(() => remove(server.directory));

async function watching(): Promise<TestConnection> {
  const page = await server.connect();
  page.send({ type: 'watch', writeup: 'w' });
  await page.next('welcome');
  return page;
}
const breaks = (name: 'full' | 'latest') =>
  Object.assign(server.store, {
    [name]() {
      throw new Error(`${name} is broken`);
    },
  });

it('[R21] a click that fails in our code is refused, and the page and all others go on', async () => {
  const [page, other] = [await watching(), await watching()];
  const { full } = server.store;
  breaks('full');
  page.send({ type: 'run', key: 'click-00000001', checks: ['quick'] });
  const { key, message } = await page.next('refused');
  expect({ key, message }).toEqual({
    key: 'click-00000001',
    message: 'Something in Vantage itself failed; the cause is in the server log.',
  });
  Object.assign(server.store, { full });
  for (const [index, one] of [page, other].entries()) {
    one.send({ type: 'run', key: `click-1000000${index}`, checks: ['quick'] });
    const [started] = (await one.next('accepted')).runs;
    one.send({ type: 'follow', run: started?.run ?? '', from: 0 });
    expect((await one.ended(started?.run ?? '')).judgement?.verdict).toBe('agrees');
  }
  await expect(server.close()).rejects.toMatchObject({ errors: [new Error('full is broken')] });
});

it('[R21] a message without an answer that fails in our code ends this connection only, to be tried again', async () => {
  const other = await watching();
  breaks('latest');
  const page = await server.connect();
  page.send({ type: 'watch', writeup: 'w' });
  expect(await page.closed).toBe(closeCodes.askAgain);
  other.send({ type: 'run', key: 'click-00000002', checks: ['quick'] });
  expect((await other.next('accepted')).runs).toHaveLength(1);
  // One for the page, one for what all pages see of the writeup when the run has ended.
  const broken = new Error('latest is broken');
  await expect(server.close()).rejects.toMatchObject({ errors: [broken, broken] });
});
