import { afterAll, describe, expect, it } from 'vitest';
import type { Check } from '../../src/core/check/check.ts';
import { checkOf, onceStep } from '../../src/core/testing.ts';
import type { Output, RunEvent } from '../../src/core/run/entry.ts';
import type { Fleet, Machine } from '../fleet/fleet.ts';
import { localTransport } from '../agent/local.ts';
import { runOnce as takeOver } from './testing.ts';

const transport = localTransport();
afterAll(() => transport.close());

const machine: Machine = {
  name: 'here',
  role: 'backend',
  address: '127.0.0.1',
  port: 22,
  user: 'root',
  keyFile: '',
};
const step = onceStep;
/** It agrees when the step `first` ends with 0, wherever that stands. */
const check = (steps: readonly object[]): Check =>
  checkOf('a-check', steps, { expect: [{ kind: 'exit', step: 'first', is: { eq: 0 } }] });

function take(
  check: Check,
  options: {
    abort?: AbortController;
    on?: (body: RunEvent | Output) => void;
    machine?: Machine | undefined;
  } = {},
) {
  const played = 'machine' in options ? options.machine : machine;
  const fleet: Fleet = { name: 'here', source: 'live', machines: played ? [played] : [], knownHosts: '' };
  const { abort = new AbortController(), on = () => {} } = options;
  return takeOver({ transport, fleet }, check, { signal: abort.signal, on });
}

describe('a check that is taken', () => {
  it('tells who answered, the streams apart, the end, and is judged', async () => {
    const { judgement, told, text } = await take(check([step('first', 'echo out; echo err >&2')]));
    expect(judgement.verdict).toBe('agrees');
    expect([text('stdout'), text('stderr')]).toEqual(['out\n', 'err\n']);
    expect(told.map(({ kind }) => kind).filter((kind) => kind !== 'output')).toEqual([
      'step-started',
      'step-ended',
    ]);
    expect(told.find(({ kind }) => kind === 'step-ended')).toMatchObject({
      ended: { how: 'complete', exit: 0, stdout: { bytes: 4 } },
    });
  });
  it('stops a capture after the steps beside it, once its line was seen', async () => {
    const capture = step(
      'capture',
      'trap "echo summary >&2; exit 0" INT; echo listening >&2; while :; do sleep 0.02; echo seen; done',
      {
        ...{
          runs: 'background',
          ready: { stream: 'stderr', regex: 'listening', seconds: 5 },
          until: { stream: 'stdout', regex: 'seen', seconds: 5 },
        },
      },
    );
    const { judgement, text, told } = await take(check([capture, step('first', 'true')]));
    expect(judgement.verdict).toBe('agrees');
    expect(text('stderr')).toBe('listening\nsummary\n');
    expect(
      told
        .map((body) => ('step' in body ? `${body.step} ${body.kind}` : body.kind))
        .filter((line) => !line.endsWith('output')),
    ).toEqual([
      'capture step-started',
      'capture step-note',
      'first step-started',
      'first step-ended',
      'capture step-note',
      'capture step-ended',
    ]);
  });
  it('is inconclusive when a capture does not start to listen, and says what it said', async () => {
    const capture = step('capture', 'echo "no permission" >&2; exit 1', {
      runs: 'background',
      ready: { stream: 'stderr', regex: 'listening', seconds: 5 },
    });
    const { judgement, told } = await take(check([capture, step('first', 'true')]));
    expect(judgement.problem).toMatchObject({
      kind: 'not-ready',
      message: expect.stringContaining('no permission'),
    });
    expect(told.some((body) => 'step' in body && body.step === 'first')).toBe(false);
  });
  it('hands a secret on by standard input only, and never shows it', async () => {
    const secret = `token-${'s3cret'.repeat(4)}`;
    const steps = [
      step('login', `printf '{"token":"%s"}' ${secret}`, { extracts: { token: 'token' } }),
      step('first', `read -r line; test "$line" = "Bearer ${secret}" && echo "got $line"`, {
        input: 'Bearer {token}',
      }),
    ];
    const { judgement, told, text } = await take(check(steps));
    expect(judgement.verdict).toBe('agrees');
    expect(text('stdout')).toBe('{"token":"‹token›"}got Bearer ‹token›\n');
    expect(
      Buffer.concat(told.flatMap((body) => (body.kind === 'output' ? [body.bytes] : []))).includes(secret),
    ).toBe(false);
  });
  it('blocks the step that needs a secret which never came, and shows nothing of the sealed answer', async () => {
    const steps = [
      step('login', 'echo "denied for hunter2hunter2"', { extracts: { token: 'token' } }),
      step('first', 'cat', { input: 'Bearer {token}' }),
    ];
    const { judgement, text } = await take(check(steps));
    expect(judgement.problem).toMatchObject({ kind: 'blocked', step: 'first' });
    expect(text('stdout')).toContain('sealed: 26 bytes');
    expect(text('stdout')).not.toContain('hunter2');
  });
  /** T31: where a login may give its token, and what went wrong with it. */
  const token = 'tok-3f9a7c21e5';
  it.each([
    ['in its body', `printf '{"token":"%s"}' ${token}`, '{"token":"‹token›"}'],
    [
      'and in stderr before it',
      `echo "< Set-Cookie: t=${token}" >&2; printf '{"token":"%s"}' ${token}`,
      '{"token":"‹token›"}',
    ],
    ['in a header above a body that is no JSON', `printf 'X-Token: %s\\n\\n{}' ${token}`, 'sealed: 27 bytes'],
    ['in a text about an error', `echo "denied: ${token}"`, 'sealed: 23 bytes'],
    ['beside an empty one', `printf '{"token":"","other":"%s"}' ${token}`, 'fewer than 8 bytes'],
    ['beside one that is too short', `printf '{"token":"test","other":"%s"}' ${token}`, 'fewer than 8 bytes'],
    [
      'beside one that is too uniform',
      `printf '{"token":"        ","other":"%s"}' ${token}`,
      'fewer than 4 different',
    ],
    ['with a line break in it', `printf '{"token":"%s\\\\n1"}' ${token}`, 'control characters'],
    ['under another name', `printf '{"t":"%s"}' ${token}`, 'could not be read'],
    ['and is killed then', `printf '{"token":"%s"}' ${token}; kill -9 $$`, ''],
  ])(
    '[T31] tells nothing of a login before its token is known, and never the token: it comes %s',
    async (_, command, shown) => {
      const first = step('first', 'cat', { input: 'Bearer {token}' });
      const login = step('login', command, { extracts: { token: 'token' } });
      const { told, text } = await take(check([login, first]));
      const all = Buffer.concat(told.flatMap((body) => (body.kind === 'output' ? [body.bytes] : [])));
      expect(all.includes(token)).toBe(false);
      expect(JSON.stringify(told)).not.toContain(token);
      expect(text('stdout')).toContain(shown);
      // Everything of it comes at once, after it has ended.
      const of = told.filter((body) => 'step' in body && body.step === 'login').map(({ kind }) => kind);
      expect(of.filter((kind) => kind !== 'output')).toEqual(['step-started', 'step-ended']);
    },
  );
  it('is cancelled only when the machine confirms it', async () => {
    const abort = new AbortController();
    const { judgement, told } = await take(check([step('first', 'echo started; sleep 60')]), {
      abort,
      on: ({ kind }) => kind === 'output' && abort.abort(),
    });
    expect(judgement.problem?.kind).toBe('cancelled');
    expect(told.find(({ kind }) => kind === 'step-ended')).toMatchObject({ ended: { how: 'cancelled' } });
  });
  it('runs nothing on a machine that is not who it should be', async () => {
    const { judgement, told } = await take(check([step('first', 'true')]), {
      machine: { ...machine, machineId: 'somebody-else' },
    });
    expect(judgement.problem).toMatchObject({
      kind: 'wrong-machine',
      message: expect.stringContaining('Nothing was run'),
    });
    expect(told.map(({ kind }) => kind)).toEqual(['step-failed']);
  });
  it('says so when the fleet has no such role', async () => {
    expect(
      (await take(check([step('first', 'true')]), { machine: undefined })).judgement.problem,
    ).toMatchObject({ kind: 'no-such-vantage', message: expect.stringContaining('vantage_role: backend') });
  });
  it('is inconclusive when its output was cut off, when it took too long, and when a command is missing', async () => {
    const kind = async (command: string, limits: object) =>
      (await take(check([step('first', command, { limits, needs: ['no-such-tool'] })]))).judgement.problem
        ?.kind;
    expect(await kind('yes', { seconds: 10, bytes: 2048 })).toBe('truncated');
    expect(await kind('sleep 30', { seconds: 1, bytes: 2048 })).toBe('timed-out');
    expect(await kind('no-such-tool | cat', { seconds: 10, bytes: 2048 })).toBe('missing-command');
  });
});
