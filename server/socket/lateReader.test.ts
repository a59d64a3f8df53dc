/** Whoever comes late to a long run and asks for its end: every event, what was left out by its count, and the end to the byte. */
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Entry } from '../../src/core/run/entry.ts';
import { fold, type RunView } from '../../src/core/run/run.ts';
import { checkOf, onceStep } from '../../src/core/testing.ts';
import { remove, testServer, type TestConnection, type TestServer } from './testing.ts';

const LINES = 60_000;
const TAIL = 64 * 1024;
const limits = { seconds: 60, bytes: 16 * 1024 * 1024 };
const checks = [
  checkOf('long', [onceStep('s', `seq 1 ${LINES}`, { limits })]),
  checkOf('two', [
    onceStep('a', `seq 1 ${LINES}`, { limits }),
    onceStep('b', `seq 1 ${LINES} >&2; exit 0`, { limits }),
  ]),
  checkOf('slow', [
    onceStep(
      's',
      'i=0; while [ $i -lt 60 ]; do i=$((i+1)); head -c 8192 /dev/zero | tr "\\000" x; sleep 0.05; done',
      { limits },
    ),
  ]),
];

let server: TestServer;
beforeEach(async () => {
  server = await testServer(checks);
});
afterEach(async () => {
  await server.close();
  remove(server.directory);
});

async function started(check: string): Promise<{ page: TestConnection; run: string }> {
  const page = await server.connect();
  page.send({ type: 'watch', writeup: 'w' });
  await page.next('welcome');
  page.send({ type: 'run', key: `click-${check}-1`, checks: [check] });
  const run = (await page.next('accepted')).runs[0]?.run ?? '';
  return { page, run };
}
const textOf = (entries: readonly Entry[], step: string) =>
  Buffer.concat(
    entries.flatMap(({ body }) => (body.kind === 'output' && body.step === step ? [body.bytes] : [])),
  ).toString();
const skippedOf = (entries: readonly Entry[], step: string) =>
  entries.reduce((sum, { body }) => sum + (body.kind === 'skipped' ? (body.bytes[step] ?? 0) : 0), 0);
const eventsOf = (entries: readonly Entry[]) =>
  entries.filter(({ body }) => body.kind !== 'output' && body.kind !== 'skipped');

describe('a joiner who asks for the end only', () => {
  it.each(['long', 'two'])(
    'gets every event of %s, what was left out by its count, and the end; together that is the record',
    async (check) => {
      const { page, run } = await started(check);
      page.send({ type: 'follow', run, from: 0 });
      const whole = await page.ended(run);
      const all = page.entries.get(run) ?? [];
      const late = await server.connect();
      late.send({ type: 'follow', run, from: 0, tail: TAIL });
      const view = await late.ended(run);
      const some = late.entries.get(run) ?? [];
      expect(eventsOf(some)).toEqual(eventsOf(all));
      expect(view).toEqual(whole);
      let shown = 0;
      for (const { id } of whole.header.steps) {
        const [every, end] = [textOf(all, id), textOf(some, id)];
        shown += end.length;
        expect(every.endsWith(end)).toBe(true);
        expect(skippedOf(some, id) + end.length).toBe(every.length);
      }
      expect(shown).toBeGreaterThan(TAIL / 2);
      // Pieces of up to 64 KiB are sent whole or not at all.
      expect(shown).toBeLessThanOrEqual(TAIL + 64 * 1024);
    },
  );

  it('and is cut off while the run goes on, comes back where it was: no byte twice, none lost, and the hash of the end is the record’s', async () => {
    const { page, run } = await started('slow');
    page.send({ type: 'follow', run, from: 0 });
    const bytes = () => textOf(page.entries.get(run) ?? [], 's').length;
    await page.until(() => bytes() > 20 * 8192);
    let view: RunView | undefined;
    const held: Entry[] = [];
    for (let visit = 0; view === undefined || view.state === 'running'; visit += 1) {
      const late = await server.connect();
      const from: number = view?.next ?? 0;
      late.send(from === 0 ? { type: 'follow', run, from, tail: TAIL } : { type: 'follow', run, from });
      const wanted = 5 + visit;
      await late.until(() => {
        const got = late.entries.get(run) ?? [];
        return got.length >= wanted || got.at(-1)?.body.kind === 'closed';
      });
      const got = [...(late.entries.get(run) ?? [])];
      late.drop();
      // Throws on a gap or a double.
      view = got.reduce<RunView | undefined>(fold, view);
      held.push(...got);
    }
    await page.ended(run);
    const every = textOf(page.entries.get(run) ?? [], 's');
    const before = skippedOf(held, 's');
    expect(before).toBeGreaterThan(0);
    const sha = (text: string) => createHash('sha256').update(text).digest('hex');
    expect(sha(textOf(held, 's'))).toBe(sha(every.slice(before)));
    expect(view.steps[0]).toMatchObject({ state: 'ended', bytes: every.length });
  }, 60_000);
});
