/** The way to a machine is cut in mid-run: in silence, with a reset, at its sshd. A machine that goes down as a whole is left to `faults.lab.test.ts`. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../lab/testing.ts';
import { type LabFixture, checkOf, startLabFixture, type RunResult, runOnce } from './testing.ts';

let setup: LabFixture;
beforeAll(async () => {
  setup = await startLabFixture();
});
afterAll(() => setup.close());

const asRoot = async (machine: string, line: string): Promise<string> =>
  (await setup.lab.exec(machine, ['/bin/sh', '-c', line], { asRoot: true })).stdout.trim();
const nft = (what: string) =>
  `nft "table inet cut { chain i { type filter hook input priority 0; tcp dport 22 ${what}; }; chain o { type filter hook output priority 0; tcp sport 22 drop; }; }"`;
const whole = 'nft list tables | grep -q cut && nft delete table inet cut';

const cuts = [
  ['backend', 'in silence', nft('drop')],
  ['frontend', 'with a reset', nft('reject with tcp reset').replace(/; chain o .*?; }/, '')],
  [
    'manager',
    'by the end of its sshd',
    'pkill -KILL -u autobot -x sshd; pkill -KILL -f "^sshd(-session)?: autobot"',
  ],
] as const;
const sleeper = (machine: string) => `sleep 66.${machine.length}`;

/** Cuts the way once the command runs. Resolves with the take, and after how many seconds it and the command were over. */
async function cutShort(machine: string, line: string) {
  const began = Promise.withResolvers<void>();
  const command = `echo begun; exec ${sleeper(machine)}`;
  const limits = { seconds: 120, bytes: 65_536 };
  const taking = runOnce(setup, checkOf(command, { role: machine, limits }), {
    on: ({ kind }) => kind === 'output' && began.resolve(),
  });
  await began.promise;
  await asRoot(machine, line);
  const from = performance.now();
  const seconds = () => (performance.now() - from) / 1000;
  const gone = until(
    `the command on ${machine} is gone`,
    async () => (await asRoot(machine, `pgrep -f -x '${sleeper(machine)}'`)) === '',
    15_000,
  ).then(seconds);
  const over = await taking.then((taken: RunResult) => ({ taken, seconds: seconds() }));
  return { ...over, gone: await gone };
}

it('[R6] [R7] a run whose way is cut is lost, not judged; its command is gone within ten seconds; others go on, and the next run works', async () => {
  const order: string[] = [];
  const [silent, reset, killed] = cuts.map(async ([machine, , line]) => {
    const ended = await cutShort(machine, line);
    order.push(`${machine} lost`);
    return ended;
  });
  await killed;
  // While nothing is known yet of the machine that has gone silent.
  const { judgement } = await runOnce(setup, checkOf('echo here', { role: 'manager' }));
  expect(judgement.verdict).toBe('agrees');
  order.push('manager again');
  const ended = await Promise.all([silent, reset, killed]);
  expect(order.indexOf('manager again')).toBeLessThan(order.indexOf('backend lost'));
  for (const [index, [machine, how]] of cuts.entries()) {
    const { taken, seconds, gone } = ended[index] ?? expect.unreachable();
    expect(taken.judgement, how).toMatchObject({ verdict: 'inconclusive', problem: { kind: 'lost' } });
    expect(taken.bytes().toString(), how).toBe('begun\n');
    expect(gone, how).toBeLessThan(10);
    // A silent way is given up after fifteen seconds; the rest is for a slow test machine.
    expect(seconds, how).toBeLessThan(18);
    await asRoot(machine, whole);
    const again = await runOnce(setup, checkOf('echo here', { role: machine }));
    expect(again.judgement.verdict, machine).toBe('agrees');
  }
});
