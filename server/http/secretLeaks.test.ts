/** [T30] A secret that a machine prints in every form is in no place that bytes of it get to: socket, record, index, audit, log, pages, differences, exports. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { encodingsOf } from '../../src/core/secrets/findSecrets.ts';
import { toLines } from '../../src/core/judge/lines.ts';
import { subProtocol } from '../../src/core/protocol/version.ts';
import { checkOf, onceStep } from '../../src/core/testing.ts';
import { type AuthServer, startAuthServer } from '../auth/testing.ts';

const value = `p"a's <s>&w/ö+${createHash('sha256').update('sinks').digest('hex').slice(0, 8)}`;
const forms = encodingsOf(value).map(({ bytes }) => Buffer.from(bytes));
const place = mkdtempSync(join(tmpdir(), 'vantage-sinks-'));
const answer = join(place, 'answer.json');
const printed = join(place, 'printed');
/** Each form cut in two by each sequence once, and whole, so that ends of pieces fall into each of its bytes. */
const lines = forms.flatMap((form) => [
  form,
  ...Array.from({ length: 8 }, (_, pad) => Buffer.concat([Buffer.from('.'.repeat(pad)), form])),
  Buffer.concat([form.subarray(0, 5), Buffer.from('\u001b[1;31m'), form.subarray(5)]),
]);
writeFileSync(answer, JSON.stringify({ token: value }));
writeFileSync(printed, Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')])));

const limits = { limits: { seconds: 20, bytes: 1024 * 1024 }, input: 'Bearer {token}' };
const chatty = checkOf(
  'chatty',
  [
    onceStep('login', `cat ${answer}`, { extracts: { token: 'token' } }),
    onceStep('whole', `cat; cat ${printed}; cat ${printed} >&2`, limits),
    onceStep('sevens', `dd bs=7 status=none if=${printed} | tee /dev/stderr`, limits),
    onceStep(
      'ones',
      `head -c 3000 ${printed} | dd bs=1 status=none; dd bs=1 status=none if=${answer} >&2`,
      limits,
    ),
  ],
  {
    values: { said: { from: 'regex', step: 'whole', stream: 'stdout', regex: '(Bearer .*)', as: 'text' } },
    expect: [
      { kind: 'value', value: 'said', is: { eq: 'Bearer nothing' } },
      { kind: 'lines', step: 'ones', stream: 'stderr', lines: [{ literal: 'nothing' }] },
    ],
    otherwise: {
      agrees: { observed: '{said}', means: 'It said what it said.' },
      differs: { observed: '{said}', means: 'It said something else.' },
      inconclusive: { means: 'It is not known what it said.' },
    },
  },
);

let open: AuthServer;
const socketBytes: Buffer[] = [];
let run = '';
beforeAll(async () => {
  open = await startAuthServer([chatty], 'local');
  const raw = new WebSocket(`ws://127.0.0.1:${open.server.port}/ws`, subProtocol, {
    headers: { origin: `http://127.0.0.1:${open.server.port}` },
  });
  raw.on('message', (data: Buffer) => void socketBytes.push(data));
  await new Promise((resolve) => raw.once('open', resolve));
  raw.send(JSON.stringify({ type: 'watch', writeup: 'w' }));
  const page = await open.server.connect();
  page.send({ type: 'watch', writeup: 'w' });
  page.send({ type: 'run', key: 'click-one', checks: ['chatty'] });
  run = (await page.next('accepted')).runs[0]?.run ?? '';
  raw.send(JSON.stringify({ type: 'follow', run, from: 0 }));
  page.send({ type: 'follow', run, from: 0 });
  const view = await page.ended(run);
  expect(view.judgement).toMatchObject({ verdict: 'differs', observed: 'Bearer ‹token›' });
  // The other socket has been told as much when it is answered after that.
  await page.next('summary', ({ summary }) => summary.state === 'ended');
  await new Promise((resolve) => raw.once('pong', resolve).ping());
  raw.close();
}, 60_000);
afterAll(async () => {
  await open?.close();
  rmSync(place, { recursive: true, force: true });
});

function hits(bytes: Buffer): readonly string[] {
  const shown = Buffer.from(toLines(bytes.toString('latin1')).join('\n'), 'latin1');
  return forms.filter((form) => bytes.includes(form) || shown.includes(form)).map((form) => form.toString());
}

it('the machine printed every form of it, and the search would find each', () => {
  const bytes = readFileSync(printed);
  expect(hits(bytes)).toHaveLength(forms.length);
  expect(forms.length).toBeGreaterThan(12);
});
it('[T30] the socket carried none', () => {
  const bytes = Buffer.concat(socketBytes);
  expect(bytes.toString()).toContain('‹token›');
  expect(bytes.length).toBeGreaterThan(readFileSync(printed).length);
  expect(hits(bytes)).toEqual([]);
});
it('[T30] no file of the server holds one: records, index, audit log', () => {
  const files = readdirSync(open.directory, { recursive: true, withFileTypes: true }).filter((one) =>
    one.isFile(),
  );
  const names = files.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining([`${run}.log`, 'index.sqlite', 'audit.log']));
  for (const { parentPath, name } of files)
    expect({ name, hits: hits(readFileSync(join(parentPath, name))) }).toEqual({ name, hits: [] });
});
it.each([
  ...[
    '',
    '.json',
    '.txt',
    '.log',
    '.md',
    '.html',
    '.cast',
    '.v3.cast',
    '.junit.xml',
    '.tap',
    '.bundle.tar.gz',
  ],
  ...['/entries', '/compare', '/compare?with=documented', '/compare?with=agreed'],
])('[T30] the record as %s holds none', async (form) => {
  const reply = await fetch(`${open.base}/runs/${run}${form}`, { headers: { accept: 'text/html, */*' } });
  const body = Buffer.from(await reply.arrayBuffer());
  const bytes = form.endsWith('.gz') ? gunzipSync(body) : body;
  expect({ status: reply.status, hits: hits(bytes) }).toEqual({ status: reply.status, hits: [] });
  // An export in which no output stood at all would hold none as well.
  if (!form.includes('agreed')) expect([reply.status, /token/.test(bytes.toString())]).toEqual([200, true]);
  // JSON has the raw bytes of every output as base64: looked into as well.
  for (const [, packed = ''] of bytes.toString().matchAll(/"([A-Za-z0-9+/=]{12,})"/g))
    expect(hits(Buffer.from(packed, 'base64'))).toEqual([]);
});
it('[T30] the history and its badge hold none', async () => {
  for (const path of ['/runs/', '/badge/w.json', '/badge/w.svg']) {
    const reply = await fetch(`${open.base}${path}`);
    expect(hits(Buffer.from(await reply.arrayBuffer()))).toEqual([]);
  }
});
