/** What of a step's output is told, and when. How it is hidden is left to the mask's own tests. */
import { describe, expect, it } from 'vitest';
import { encodingsOf } from '../../src/core/secrets/findSecrets.ts';
import type { Output, RunEvent } from '../../src/core/run/entry.ts';
import { createStepOutput } from './stepOutput.ts';

const value = `p"a's <s>&w/ö+1`;
const known = new Map([['token', value]]);
const end = { bytes: 0, sha256: '' };
const complete = { how: 'complete', exit: 0, stdout: end, stderr: end } as const;

function teller(extracts?: Readonly<Record<string, string>>, secrets = new Map(known)) {
  const told: (RunEvent | Output)[] = [];
  const output = createStepOutput(
    's',
    secrets,
    extracts,
    new Set(['stdout', 'stderr']),
    (body) => void told.push(body),
  );
  return {
    ...{ output, secrets, told },
    bytes: () => Buffer.concat(told.flatMap((body) => (body.kind === 'output' ? [body.bytes] : []))),
  };
}

describe('a step that keeps a secret', () => {
  it('[T31] tells nothing on either stream before it has ended', () => {
    const { output, told, bytes, secrets } = teller({ token: 'token' }, new Map());
    output.push('stderr', Buffer.from(`< Set-Cookie: ${value}\n`));
    output.push('stdout', Buffer.from(JSON.stringify({ token: value })));
    expect(told).toEqual([]);
    output.end(complete, secrets);
    expect(bytes().toString()).toBe('{"token":"‹token›"}< Set-Cookie: ‹token›\n');
  });
});

it('of a step of which nothing is judged, only the beginning of its errors is kept, and all is told', () => {
  let told = 0;
  const tell = (body: RunEvent | Output) => (told += body.kind === 'output' ? body.bytes.length : 0);
  const output = createStepOutput('s', new Map(), undefined, new Set(), tell);
  const part = Buffer.alloc(1024 * 1024, 'x');
  output.push('stderr', Buffer.from('sh: 1: ss: not found\n'));
  for (let nth = 0; nth < 16; nth += 1)
    for (const stream of ['stdout', 'stderr'] as const) output.push(stream, part);
  expect(told).toBe(21 + 32 * part.length);
  expect(output.text('stdout')).toBe('');
  expect(output.text('stderr')).toMatch(/^sh: 1: ss: not found\nx/);
  expect(output.text('stderr').length).toBe(21 + 4 * part.length);
});

describe('a step after it', () => {
  const forms = encodingsOf(value).map(({ bytes }) => Buffer.from(bytes));
  const ways = [
    { message: 'on stdout', streams: ['stdout'] },
    { message: 'on stderr', streams: ['stderr'] },
    { message: 'on both in turn', streams: ['stdout', 'stderr'] },
  ] as const;
  it.each(ways)(
    '[T30] shows no form of the secret, wherever it is split and however it comes: $say',
    ({ streams }) => {
      for (const form of forms)
        for (let split = 0; split <= form.length; split += 1)
          for (const size of [1, 7, 65_536]) {
            const { output, secrets, bytes } = teller();
            for (const part of [form.subarray(0, split), form.subarray(split)])
              for (let at = 0; at < part.length; at += size)
                for (const stream of streams) output.push(stream, part.subarray(at, at + size));
            output.end(complete, secrets);
            const shown = bytes();
            for (const other of forms)
              if (shown.includes(other))
                throw new Error(
                  `split at ${split}, in pieces of ${size}: ${shown.toString()} shows ${other.toString()}`,
                );
            for (const stream of streams) expect(output.text(stream)).toContain('‹token›');
          }
    },
  );
});
