/** A check over every machine of a role, on machines that are this one by other names. */
import { afterAll, describe, expect, it } from 'vitest';
import { checkOf, onceStep } from '../../src/core/testing.ts';
import { localTransport } from '../agent/local.ts';
import type { Fleet, Machine } from '../fleet/fleet.ts';
import { stepsOnFleet } from './runOnFleet.ts';
import { runOnce } from './testing.ts';

const transport = localTransport();
afterAll(() => transport.close());

const machine = (name: string, role = 'web', more: Partial<Machine> = {}): Machine => ({
  ...{ name, role, address: '127.0.0.1', port: 22, user: 'root', keyFile: '', ...more },
});
const fleetOf = (...machines: Machine[]): Fleet => ({ name: 'f', source: 'live', machines, knownHosts: '' });
const db = machine('db', 'backend');
const check = checkOf(
  'all',
  [onceStep('first', 'echo $$', { role: 'web' }), onceStep('control', 'date'), onceStep('last', 'true')],
  { every: 'web' },
);
const run = async (fleet: Fleet, own = check, signal?: AbortSignal) => {
  const { judgement, told } = await runOnce({ transport, fleet }, own, signal ? { signal } : {});
  const begun = told.flatMap((body) =>
    body.kind === 'step-started' ? [`${body.step} ${body.machine}`] : [],
  );
  return { judgement, told, begun };
};

describe('[C32] a check that takes every machine of a role', () => {
  it('runs whole for each of them, in their order, under ids that its header lists', async () => {
    const fleet = fleetOf(db, machine('web-2'), machine('web-1'));
    const { judgement, told, begun } = await run(fleet);
    expect(begun).toEqual([
      ...['first@web-2 web-2', 'control@web-2 db', 'last@web-2 db'],
      ...['first@web-1 web-1', 'control@web-1 db', 'last@web-1 db'],
    ]);
    expect(judgement.members?.map(({ name, verdict }) => [name, verdict])).toEqual([
      ['web-2', 'agrees'],
      ['web-1', 'agrees'],
    ]);
    const { steps, members } = stepsOnFleet(check, fleet);
    expect(members).toEqual({ role: 'web', machines: ['web-2', 'web-1'] });
    expect(begun.map((line) => line.split(' ')[0])).toEqual(steps.map(({ id }) => id));
    expect(told.find(({ kind }) => kind === 'output')).toMatchObject({ step: 'first@web-2' });
  });
  it('runs as any other where one machine plays it', async () => {
    const fleet = fleetOf(db, machine('web-1'));
    const { judgement, begun } = await run(fleet);
    expect(begun).toEqual(['first web-1', 'control db', 'last db']);
    expect([judgement.verdict, judgement.members]).toEqual(['agrees', undefined]);
    const { every: _, ...plain } = check;
    expect(stepsOnFleet(check, fleet)).toEqual(stepsOnFleet(plain, fleet));
  });
  it('says where no machine plays it', async () => {
    const { judgement } = await run(fleetOf(db));
    expect(judgement.problem).toMatchObject({
      kind: 'no-such-vantage',
      message: expect.stringContaining('The fleet has no machine with the role `web`.'),
    });
  });
  it('has a result of each, also where one fails', async () => {
    const { judgement, begun } = await run(
      fleetOf(db, machine('web-1', 'web', { machineId: 'another' }), machine('web-2')),
    );
    expect(begun).toEqual(['first@web-2 web-2', 'control@web-2 db', 'last@web-2 db']);
    expect(judgement.problem).toMatchObject({
      kind: 'wrong-machine',
      step: 'first@web-1',
      message: expect.stringMatching(/^web-1: web-1 \(127.0.0.1\) must be the machine another/),
    });
    expect(judgement.members?.map(({ verdict }) => verdict)).toEqual(['inconclusive', 'agrees']);
  });
  it('starts nothing more once it is cancelled', async () => {
    const { judgement, begun } = await run(
      fleetOf(db, machine('web-1'), machine('web-2')),
      check,
      AbortSignal.abort(),
    );
    expect([begun, judgement.verdict, judgement.problem?.kind]).toEqual([[], 'inconclusive', 'cancelled']);
  });
  it('keeps apart what each machine gave to later steps, and names it in notes', async () => {
    const own = checkOf(
      'secret',
      [
        onceStep('login', `printf '{"token":"token-%s-token"}' $$`, {
          role: 'web',
          extracts: { token: 'token' },
        }),
        onceStep('use', 'cat', {
          role: 'web',
          input: '{token}',
          repeat: { holds: 'eventually', seconds: 1, every: 0.2 },
        }),
      ],
      { every: 'web', expect: [{ kind: 'exit', step: 'use', is: { eq: 0 } }] },
    );
    const { judgement, told } = await run(fleetOf(machine('web-1'), machine('web-2')), own);
    expect(judgement.verdict).toBe('agrees');
    const text = told
      .map((body) => (body.kind === 'output' ? new TextDecoder().decode(body.bytes) : ''))
      .join('');
    expect(text).toBe('{"token":"‹token›"}‹token›\n'.repeat(2));
    const notes = told.flatMap((body) => (body.kind === 'step-note' ? [body.message] : []));
    expect(notes[0]).toMatch(/^web-1: Attempt 1 of `use`/);
  });
});
