/** A server of its own on a file system that is small and gets full; prints what its pages hear. Run by `fullDisk.lab.test.ts` in a mount namespace. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testServer } from '../socket/testing.ts';
import { checkOf } from './testing.ts';

const [directory = ''] = process.argv.slice(2);
const flood = {
  ...checkOf('head -c 12582912 /dev/zero', { limits: { seconds: 20, bytes: 64 * 1024 * 1024 } }),
  id: 'flood',
};
const small = { ...checkOf('echo here'), id: 'small' };
const server = await testServer([flood, small], directory);
const page = await server.connect();
page.send({ type: 'watch', writeup: 'w' });
await page.next('welcome');

let clicks = 0;
const take = async (check: string): Promise<object> => {
  clicks += 1;
  const key = `click-000${clicks}`;
  page.send({ type: 'run', key, checks: [check] });
  await page.until(() => page.heard.some((message) => 'key' in message && message.key === key));
  const answer = page.heard.find((message) => 'key' in message && message.key === key);
  if (answer?.type !== 'accepted') return answer ?? {};
  const [{ run = '' } = {}] = answer.runs;
  const { summary } = await page.next(
    'summary',
    (told) => told.summary.run === run && told.summary.state === 'ended',
  );
  return summary;
};
const status = async (path: string): Promise<number> =>
  (await fetch(`http://127.0.0.1:${server.port}${path}`)).status;
const told: Record<string, unknown> = {};

told.before = await take('small');
const lost = await take('flood');
told.lost = lost;
const run = 'run' in lost ? String(lost.run) : '';
told.page = [
  await status(`/runs/${run}`),
  await (await fetch(`http://127.0.0.1:${server.port}/runs/${run}`)).text(),
];
// What the lost run wrote was given back, so that the next one finds room.
told.after = await take('small');
const filler = join(directory, 'filler');
try {
  writeFileSync(filler, Buffer.alloc(32 * 1024 * 1024));
} catch {
  // As much as there was room for.
}
told.refused = await take('small');
told.docs = [await status('/'), await status('/runs/'), await status('/healthz')];
rmSync(filler);
told.again = await take('small');
page.close();
await server.close();
process.stdout.write(`${JSON.stringify(told)}\n`);
