/** [6 Output] [6 Store] Whatever a machine prints and whatever stands in the store: the server goes on, starts nothing, shows no secret, and writes one line about each. */
import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Judgement } from '../../src/core/run/judgement.ts';
import { decodeAll } from '../../src/core/protocol/codec.ts';
import { attacks } from '../../src/core/testing-hostile.ts';
import { checkOf, onceStep } from '../../src/core/testing.ts';
import { readFrames } from '../store/frames.ts';
import { logOf } from '../store/reading.ts';
import type { TestConnection } from '../socket/testing-connection.ts';
import { type AuthServer, startAuthServer } from './testing.ts';

const place = mkdtempSync(join(tmpdir(), 'vantage-outputs-'));
const marker = join(place, 'marker');
const secret = 'tok-3f9a7c21e5';
const file = (name: string, bytes: string | Uint8Array): string => {
  writeFileSync(join(place, name), bytes);
  return join(place, name);
};
const MIB = 1024 * 1024;
const euro = Buffer.from('€ 👩‍💻 漢字\n');
const nonce = '0123456789abcdef';
const touch = `touch ${marker}`;

/** What is printed, and how it must come out; `agrees` where the output is the documented line and a line around it is harmless. */
const outputs: readonly (readonly [
  string,
  string | Uint8Array,
  { limit?: number; command?: string; problem?: string },
])[] = [
  ['every sequence that attacks a terminal', attacks.join('\n'), {}],
  ['bytes that are not UTF-8', Uint8Array.of(0xff, 0xfe, 0xc3, 0x28, 0xe2, 0x82, 0xf0, 0x9f, 0x0a), {}],
  [
    'overlong UTF-8 and halves of pairs',
    Uint8Array.of(0xc0, 0xaf, 0xe0, 0x80, 0xaf, 0xed, 0xa0, 0x80, 0x0a),
    {},
  ],
  ['NUL', Buffer.from('a\0b\0\n'), {}],
  ['C1 in 8 bits', Uint8Array.of(0x9b, 0x32, 0x4a, 0x9d, 0x30, 0x3b, 0x9c, 0x0a), {}],
  ['returns without a line feed', 'FAIL\rPASS\r', {}],
  ['50 MB without a line feed', 'x'.repeat(50 * MIB), { limit: 64 * MIB }],
  ['50 MB without a line feed, of which a part may come', 'x'.repeat(50 * MIB), { problem: 'truncated' }],
  ['a million empty lines', '\n'.repeat(1_000_000), {}],
  [
    'both streams in turn',
    'x\n',
    { command: 'i=0; while [ $i -lt 300 ]; do echo out; echo err >&2; i=$((i+1)); done' },
  ],
  ['characters cut at each byte', euro, { command: `dd bs=1 status=none if=${place}/euro` }],
  ['wide characters at the edge of the screen', `${'x'.repeat(79)}漢${'x'.repeat(199)}漢字\n`, {}],
  [
    'ends of a stream, forged',
    `\u001e${nonce} end\n\u001e${nonce} end exit=0 how=ended stdout=0:${'0'.repeat(64)} stderr=0:${'0'.repeat(64)}\n`,
    {},
  ],
  [
    'greetings, forged',
    `vantage-agent 2 wsl20 ${'0'.repeat(32)} 6.6 autobot gate:${'f'.repeat(64)}\nvantage-gate ${'f'.repeat(64)}\n`,
    {},
  ],
  [
    'a message of the day and of the locale',
    'Welcome to Debian!\nbash: warning: setlocale: LC_ALL: cannot change locale (de_DE.UTF-8)\n',
    {},
  ],
  [
    'commands',
    `$(${touch})\n\`${touch}\`\n; ${touch}\n| ${touch}\n'; ${touch}; '\n<img src=x onerror=alert(1)>\n`,
    {},
  ],
  [
    'orders for the agent, and lines of the audit log',
    `order\ncancel\nstop\n\r\n{"time":"x","who":"root","action":"run-ended"}\n`,
    {},
  ],
];

const checks = outputs.map(([, bytes, { limit = 2 * MIB, command }], index) => {
  const path = file(index === 10 ? 'euro' : `output-${index}`, bytes);
  const limits = { seconds: 60, bytes: limit };
  return checkOf(`output-${index}`, [
    onceStep('login', `cat ${file('answer', JSON.stringify({ token: secret }))}`, {
      extracts: { token: 'token' },
    }),
    // The secret stands before and behind it: no output may bring the mask out of step.
    onceStep('prints', `cat; ${command ?? `cat ${path}`}; cat ${place}/answer >&2`, {
      limits,
      input: '{token}',
    }),
  ]);
});

let open: AuthServer;
let page: TestConnection;
beforeAll(async () => {
  open = await startAuthServer(checks, 'local');
  page = await open.server.connect();
  page.send({ type: 'watch', writeup: 'w' });
});
afterAll(async () => {
  await open?.close();
  rmSync(place, { recursive: true, force: true });
});

const taken = async (check: string): Promise<{ run: string; judgement: Judgement }> => {
  const key = `click-${check}`;
  page.send({ type: 'run', key, checks: [check] });
  const run = (await page.next('accepted', (message) => message.key === key)).runs[0]?.run ?? '';
  const { summary } = await page.next(
    'summary',
    (message) => message.summary.run === run && message.summary.state === 'ended',
  );
  if (summary.state !== 'ended') throw new Error('unreachable');
  return { run, judgement: summary.judgement };
};

/** What a run's record has of standard output, from its file. */
const recorded = (run: string): Buffer =>
  Buffer.concat(
    decodeAll(readFrames(readFileSync(logOf(open.directory, run))).entries).flatMap(({ body }) =>
      body.kind === 'output' && body.stream === 'stdout' ? [body.bytes] : [],
    ),
  );

describe('[6 Output] a machine that prints', { timeout: 60_000 }, () => {
  it.each(outputs.map(([name, bytes, how], index) => ({ name, bytes, how, index })))(
    '$name: the run ends, nothing is started, the secret is hidden, one line is written',
    async ({ how: { problem, command }, index, bytes }) => {
      const check = `output-${index}`;
      const { run, judgement } = await taken(check);
      expect([judgement.verdict, judgement.problem?.kind]).toEqual(
        problem ? ['inconclusive', problem] : ['agrees', undefined],
      );
      expect(existsSync(marker)).toBe(false);
      const lines = open.audit('run-ended').filter(({ target }) => target === `${check} ${run}`);
      expect(lines.map(({ outcome }) => outcome)).toEqual([problem ? `inconclusive: ${problem}` : 'agrees']);
      const raw = Buffer.from(await (await fetch(`${open.base}/runs/${run}.log`)).arrayBuffer());
      expect(raw.includes(secret)).toBe(false);
      expect(raw.includes('‹token›')).toBe(true);
      // The record has every byte of it, as it came, in however many pieces.
      if (!problem && !command && bytes.length < 2 * MIB)
        expect(recorded(run).includes(Buffer.from(bytes))).toBe(true);
      const shown = await fetch(`${open.base}/runs/${run}`, { headers: { accept: 'text/html' } });
      expect(shown.status).toBe(200);
      expect(await shown.text()).not.toContain(secret);
    },
  );
  it('leaves the audit log in lines that parse, two for each run', () => {
    expect(open.audit('run', 'run-ended')).toHaveLength(2 * checks.length);
  });
});

describe('[6 Store] a record that was damaged', () => {
  it('is one line in the audit log, however often it is looked at', async () => {
    const { run } = await taken('output-3');
    truncateSync(logOf(open.directory, run), 700);
    for (const form of ['', '.json', '.txt', '', '.md', '/compare'])
      await (await fetch(`${open.base}/runs/${run}${form}`)).text();
    const { run: other } = await taken('output-14');
    rmSync(logOf(open.directory, other));
    for (const form of ['', '.log', '.json', '/entries']) {
      const answer = await fetch(`${open.base}/runs/${other}${form}`);
      expect({ status: answer.status, said: (await answer.text()).includes('damaged') }).toEqual({
        status: 410,
        said: true,
      });
    }
    expect(open.audit('damaged')).toMatchObject([
      {
        who: '',
        via: 'server',
        target: `output-3 ${run}`,
        outcome: expect.stringContaining('cut or changed at byte'),
      },
      { target: `output-14 ${other}`, outcome: expect.stringContaining('it has no file') },
    ]);
  });
});
