import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { type Entry, playable, recordingSchema } from './entry.ts';
import {
  concat,
  decodeEntries,
  decodeMessage,
  encodeEntry,
  encodeMessage,
  encodeParts,
} from '../protocol/codec.ts';
import { downSchema } from '../protocol/down.ts';
import { upSchema } from '../protocol/up.ts';
import { subProtocol } from '../protocol/version.ts';
import { fold, type RunView } from './run.ts';

const identity = {
  hostName: 'wsl20',
  machineId: 'abc',
  kernel: '6.6',
  user: 'autobot',
  hostKey: 'SHA256:x',
  gate: '',
};
const end = { bytes: 2, sha256: 'x' };
const bodies: Entry['body'][] = [
  {
    kind: 'header',
    run: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
    writeup: 'w',
    check: 'c',
    checkHash: 'h',
    documented: '0',
    steps: [{ id: 's', role: 'backend', command: 'true' }],
    fleet: 'lab',
    source: 'lab',
    condition: 'as-documented',
    startedAt: '2026-11-22T00:00:00.000Z',
    title: 'A check',
    commit: 'abc1234',
    by: 'Reader 1',
  },
  { kind: 'step-started', step: 's', machine: 'backend', identity },
  { kind: 'output', step: 's', stream: 'stdout', bytes: Uint8Array.of(0, 255) },
  { kind: 'output', step: 's', stream: 'stderr', bytes: new Uint8Array(0) },
  {
    kind: 'step-ended',
    step: 's',
    ended: { how: 'complete', exit: 0, stdout: end, stderr: end },
    seconds: 0.1,
  },
  {
    kind: 'judged',
    judgement: { verdict: 'agrees', findings: [], observed: '0', means: 'as documented', judge: 1 },
  },
  { kind: 'closed', how: 'finished', endedAt: '2026-11-22T00:00:01.000Z' },
];
const log: Entry[] = bodies.map((body, seq) => ({ seq, at: seq * 10, body }));

describe('a run', () => {
  it('[X1] is folded from its entries', () => {
    const view = log.reduce<RunView | undefined>(fold, undefined);
    expect(view).toMatchObject({
      state: 'finished',
      next: 7,
      judgement: { verdict: 'agrees' },
      steps: [{ state: 'ended', bytes: 2, identity }],
    });
  });
  it('[X1] refuses a gap and a double', () => {
    const [first, , third] = log;
    if (!first || !third) throw new Error('fixture');
    const view = fold(undefined, first);
    expect(() => fold(view, third)).toThrow('expected entry 1, got 2');
    expect(() => fold(view, first)).toThrow('expected entry 1, got 0');
  });
  it('[X2] starts with its one header', () => {
    const [first] = log;
    if (!first) throw new Error('fixture');
    expect(() =>
      fold(undefined, { seq: 0, at: 0, body: { kind: 'closed', how: 'finished', endedAt: '' } }),
    ).toThrow('header first');
    expect(() => fold(fold(undefined, first), { ...first, seq: 1 })).toThrow('second header');
  });
});

describe('the encoding', () => {
  const bytes = concat(encodeMessage('01ARZ3NDEKTSV4RRFFQ69G5FAV', log.map(encodeParts)));
  it('[X3] gives the same entries back', () =>
    expect(decodeMessage(bytes)).toEqual({ run: '01ARZ3NDEKTSV4RRFFQ69G5FAV', entries: log }));
  it('[X3] cuts a message around large output, which is not copied', () => {
    const bytes = new Uint8Array(5000).fill(1);
    const large = { seq: 9, at: 0, body: { kind: 'output', step: 's', stream: 'stdout', bytes } } as const;
    const entries = [...log, large, ...log];
    const parts = encodeMessage('01ARZ3NDEKTSV4RRFFQ69G5FAV', entries.map(encodeParts));
    expect(parts[1]).toBe(bytes);
    expect(decodeMessage(concat(parts)).entries).toEqual(entries);
  });
  it('[X3] refuses a message cut anywhere but between entries', () => {
    const borders = new Set(
      log
        .map(
          (_, index) =>
            26 + log.slice(0, index + 1).reduce((sum, entry) => sum + encodeEntry(entry).length, 0),
        )
        .concat(26),
    );
    for (let length = 0; length < bytes.length; length += 1) {
      if (borders.has(length))
        expect(decodeMessage(bytes.subarray(0, length)).entries.length).toBeLessThan(log.length);
      else expect(() => decodeMessage(bytes.subarray(0, length))).toThrow();
    }
  });
  it('[X3] refuses an unknown tag and an event of no known kind', () => {
    const wrong = encodeEntry({ seq: 0, at: 0, body: { kind: 'closed', how: 'finished', endedAt: '' } });
    wrong[12] = 9;
    expect(() => decodeEntries(wrong)).toThrow('unknown tag 9');
    const event = encodeEntry({ seq: 0, at: 0, body: { kind: 'nonsense' } as never });
    expect(() => decodeEntries(event)).toThrow();
  });
});

describe('messages from a page', () => {
  const run = { type: 'run', key: 'abcdefgh', checks: ['ss-listen'] };
  it('[X4] of the protocol are taken', () => expect(upSchema.safeParse(run).success).toBe(true));
  it.each([
    ['a command', { ...run, command: 'id' }],
    ['an unknown type', { type: 'exec', argv: ['id'] }],
    ['a check id with a path', { ...run, checks: ['../x'] }],
    ['a prototype name', { ...run, checks: ['__proto__'] }],
    ['too many checks', { ...run, checks: Array(65).fill('a') }],
    ['no check', { ...run, checks: [] }],
    ['a short key', { ...run, key: 'a' }],
    ['a number beyond integers', { type: 'follow', run: '01ARZ3NDEKTSV4RRFFQ69G5FAV', from: 2 ** 60 }],
    ['a negative number', { type: 'follow', run: '01ARZ3NDEKTSV4RRFFQ69G5FAV', from: -1 }],
    ['a run id with a path', { type: 'cancel', run: '../../../../etc/passwd.log' }],
    ['an array', []],
    ['nothing', null],
  ])('[X4] %s is refused', (_, message) => expect(upSchema.safeParse(message).success).toBe(false));
});

describe('the version of the wire', () => {
  it('[X5] changes with its shapes: if this fails, raise the version in version.ts and correct the shapes here', () => {
    const shape = createHash('sha256')
      .update(JSON.stringify([z.toJSONSchema(upSchema), z.toJSONSchema(downSchema)]))
      .digest('hex')
      .slice(0, 16);
    expect({ subProtocol, shape }).toEqual({ subProtocol: 'vantage.12', shape: '91d4cd10fd8ade95' });
  });
});

describe('a recording', () => {
  it('[X6] is played with the source "recording"', () => {
    const recorded = recordingSchema.parse({
      recordedAt: '2026-11-22',
      runs: [
        log.map(({ seq, at, body }) => ({
          seq,
          at,
          body:
            body.kind === 'output'
              ? { kind: body.kind, step: body.step, stream: body.stream, base64: '' }
              : body,
        })),
      ],
    });
    const [run] = recorded.runs;
    expect(run && playable(run, () => Uint8Array.of(1))[0]?.body).toMatchObject({
      kind: 'header',
      source: 'recording',
    });
  });
});
