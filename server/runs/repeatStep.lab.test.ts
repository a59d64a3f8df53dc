/** What a check can say, over real ssh: repeated, while its service starts and stops, and with units. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkSchema } from '../../src/core/check/check.ts';
import { checkOf, type LabFixture, runOnce, startLabFixture } from './testing.ts';

let setup: LabFixture;
beforeAll(async () => {
  setup = await startLabFixture();
});
afterAll(() => setup.close());

it('[J12] a repeated step sees a backend that starts while it waits, and one that stops while it has to stay', async () => {
  const { lab } = setup;
  const own = setup.check('ss-listen');
  const [first, ...others] = own.steps;
  const run = async (holds: 'eventually' | 'consistently', change: 'start' | 'stop') => {
    const changes: Promise<unknown>[] = [];
    const steps = [{ ...first, repeat: { holds, seconds: 20, every: 0.2 } }, ...others];
    const result = await runOnce(setup, checkSchema.parse({ ...own, steps }), {
      on({ kind }) {
        if (kind === 'step-note' && changes.length === 0) changes.push(lab.service('backend', change));
      },
    });
    await Promise.all(changes);
    return result;
  };
  await lab.service('backend', 'stop');
  const started = await run('eventually', 'start');
  expect(started.judgement).toMatchObject({ verdict: 'agrees', observed: own.documented.value });
  const notes = started.told.flatMap((body) => (body.kind === 'step-note' ? [body.message] : []));
  expect(notes.at(-2)).toMatch(/^Attempt \d+ of `list` after \d+\.\d s: holds\.$/);
  const stopped = await run('consistently', 'stop');
  expect(stopped.judgement).toMatchObject({ verdict: 'differs', observed: 'no socket on port 8443' });
});
it('[M12] a time is read with the unit that the tool prints, and compared in another', async () => {
  const check = checkOf(
    'ping -n -c 1 -W 2 127.0.0.1',
    {},
    {
      values: {
        rtt: { from: 'regex', step: 'only', stream: 'stdout', regex: '.* time=(.*)', as: 'duration' },
      },
      expect: [{ kind: 'value', value: 'rtt', is: { between: ['0.1 us', '1 s'] } }],
    },
  );
  const { judgement } = await runOnce(setup, check);
  expect([judgement.verdict, judgement.findings[0]?.observed]).toEqual([
    'agrees',
    expect.stringMatching(/^[\d.]+ ms$/),
  ]);
});
