/** A repeated step on this machine, with a clock that goes on only where the runner waits. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Repeat } from '../../src/core/check/check.ts';
import type { Transport } from '../agent/contract.ts';
import { localTransport } from '../agent/local.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { checkOf, type RunOptions, runOnce } from './testing.ts';

const own = localTransport();
const folder = mkdtempSync(join(tmpdir(), 'vantage-repeat-'));
afterAll(async () => {
  await own.close();
  rmSync(folder, { recursive: true, force: true });
});
let file = '';
let round = 0;
beforeEach(() => {
  round += 1;
  file = join(folder, String(round));
});

const machine = { name: 'here', role: 'backend', address: '127.0.0.1', port: 22, user: 'root', keyFile: '' };
const fleet: Fleet = { name: 'here', source: 'live', machines: [machine], knownHosts: '' };

/** Each attempt prints its number; the step is to say `want`. */
async function run(
  {
    want,
    limits = {},
    end = '',
    ...repeat
  }: Partial<Repeat> & { want: string; limits?: object; end?: string },
  { transport = own, ...how }: RunOptions & { transport?: Transport } = {},
) {
  let ms = 0;
  const waits: number[] = [];
  const time = {
    now: () => ms,
    async wait(by: number) {
      waits.push(by);
      ms += by;
    },
  };
  const line = `echo x >> ${file}; echo "attempt $(wc -l < ${file})${end}"`;
  const check = checkOf(
    line,
    {
      repeat: { holds: 'eventually', seconds: 10, every: 4, ...repeat },
      limits: { seconds: 20, bytes: 65_536, ...limits },
    },
    { expect: [{ kind: 'lines', step: 'only', stream: 'stdout', lines: [{ glob: want }] }] },
  );
  const result = await runOnce({ transport, fleet }, check, { time, ...how });
  const notes = result.told.flatMap((body) => (body.kind === 'step-note' ? [body.message] : []));
  return { ...result, waits, notes, kinds: result.told.map(({ kind }) => kind) };
}

describe('a repeated step', () => {
  it('[J12] ends with the attempt that holds, as one session with one end, and says what came when', async () => {
    const { judgement, text, notes, kinds, told } = await run({ want: 'attempt 3' });
    expect(judgement.verdict).toBe('agrees');
    const all = 'attempt 1\nattempt 2\nattempt 3\n';
    expect(text('stdout')).toBe(all);
    expect(kinds.filter((kind) => kind !== 'output' && kind !== 'step-note')).toEqual([
      'step-started',
      'step-ended',
    ]);
    expect(told.find(({ kind }) => kind === 'step-ended')).toMatchObject({
      seconds: 8,
      ended: { stdout: { bytes: 30, sha256: createHash('sha256').update(all).digest('hex') } },
    });
    expect(notes).toEqual([
      expect.stringMatching(/^Attempt 1 of `only` after 0\.0 s: .*found line 1: attempt 1\.$/),
      expect.stringMatching(/^Attempt 2 of `only` after 4\.0 s: .*found line 1: attempt 2\.$/),
      'Attempt 3 of `only` after 8.0 s: holds.',
      '`only` ran 3 times in 8.0 s; what is expected had to hold eventually.',
    ]);
  });
  it('[J12] makes its last attempt when its time is over, and differs if none has held', async () => {
    const { judgement, notes, waits } = await run({ want: 'never' });
    expect(judgement.verdict).toBe('differs');
    expect(waits).toEqual([4000, 4000, 2000]);
    expect(notes.at(-1)).toContain('ran 4 times in 10.0 s');
  });
  it('[J12] ends with the attempt that does not hold, if it has to hold consistently', async () => {
    expect((await run({ holds: 'consistently', want: 'attempt [12]' })).judgement.verdict).toBe('differs');
    const whole = await run({ holds: 'consistently', want: 'attempt *' });
    expect([whole.judgement.verdict, whole.notes]).toEqual([
      'agrees',
      ['Attempt 1 of `only` after 0.0 s: holds.', expect.stringContaining('hold consistently, for 10 s')],
    ]);
  });
  it('[J13] is truncated where all its attempts together reach its limit', async () => {
    const limits = { bytes: 1024 };
    const { judgement, bytes, notes } = await run({ want: 'never', limits, end: 'x'.repeat(400) });
    expect(judgement.problem).toMatchObject({ kind: 'truncated' });
    expect(judgement.problem?.message).toContain('limit of 1024 bytes');
    expect(bytes().length).toBeLessThanOrEqual(1024);
    expect(notes.at(-1)).toContain('ran 3 times');
  });
  it('[J2] is cancelled while it waits, too', async () => {
    const abort = new AbortController();
    const { judgement } = await run(
      { want: 'never' },
      { signal: abort.signal, on: ({ kind }) => kind === 'step-note' && abort.abort() },
    );
    expect(judgement.problem).toMatchObject({ kind: 'cancelled' });
  });
  it('runs no attempt on another machine than the one that answered first', async () => {
    let opened = 0;
    const transport: Transport = {
      ...own,
      async open(name, signal) {
        const channel = await own.open(name, signal);
        opened += 1;
        return { ...channel, identity: { ...channel.identity, machineId: `machine-${opened}` } };
      },
    };
    const { judgement, text } = await run({ want: 'never' }, { transport });
    expect(judgement.problem).toMatchObject({ kind: 'wrong-machine' });
    expect(text('stdout')).toBe('attempt 1\n');
  });
});
