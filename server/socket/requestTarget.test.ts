/** Forms of a request that browsers do not send, and programs may: targets in absolute form, hosts in capitals, ranges. */
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { putRun } from '../store/testing.ts';
import { type RecordsServer, recordsServer } from '../records/records.testing.ts';

let server: RecordsServer;
let run = '';
beforeAll(async () => {
  server = await recordsServer();
  run = await putRun(server.store, { day: 1, output: 'what came back\n' });
});
afterAll(() => server.close());

const port = () => Number(new URL(server.base).port);
/** The whole answer to exactly these lines. A connection that is cut before all of it came rejects. */
const ask = (
  ...lines: readonly string[]
): Promise<{ readonly status: number; readonly body: string; readonly head: string }> =>
  new Promise((resolve, reject) => {
    const socket = connect(port(), '127.0.0.1', () =>
      socket.write(`${[...lines, 'Connection: close', '', ''].join('\r\n')}`),
    );
    let text = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      text += chunk;
    });
    socket.on('error', reject);
    socket.on('close', () => {
      const [head = '', ...rest] = text.split('\r\n\r\n');
      const body = rest.join('\r\n\r\n');
      const length = /^content-length: (\d+)$/im.exec(head)?.[1];
      const isWhole =
        length === undefined
          ? /^transfer-encoding: chunked$/im.test(head) && body.endsWith('0\r\n\r\n')
          : Number(length) === body.length;
      if (!isWhole) return reject(new Error(`the answer was cut: ${head}, ${body.length} bytes`));
      resolve({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]), body, head });
    });
  });

it.each<[string, number, (own: string) => readonly [target: string, host: string]]>([
  ['an address in absolute form', 200, (own) => [`http://${own}/healthz`, own]],
  ['one whose authority replaces the host', 200, (own) => [`http://${own}/healthz`, 'attacker.test']],
  ['one in capitals', 200, (own) => [`HTTP://LOCALHOST:${own.split(':')[1]}/healthz`, own]],
  ['one without a path', 200, (own) => [`http://${own}`, own]],
  ['one of a record', 200, (own) => [`http://${own}/runs/${run}.txt`, own]],
  ['one of another host', 421, (own) => ['http://attacker.test/healthz', own]],
  ['one of another port', 421, (own) => ['http://127.0.0.1:1/healthz', own]],
  ['one with a user', 400, (own) => [`http://a@${own}/healthz`, own]],
  ['one without a host', 400, (own) => ['http:///healthz', own]],
  ['one of another scheme', 400, (own) => [`ftp://${own}/healthz`, own]],
  ['a host in capitals', 200, (own) => ['/healthz', own.replace('127.0.0.1', 'LocalHost')]],
  ['a host with a dot at its end', 421, (own) => ['/healthz', own.replace('127.0.0.1', 'localhost.')]],
])('%s is answered with %i', async (_, status, how) => {
  const [target, host] = how(`127.0.0.1:${port()}`);
  expect((await ask(`GET ${target} HTTP/1.1`, `Host: ${host}`)).status).toBe(status);
});

const ranges = [
  ...[
    'bytes=5-2',
    'bytes=9999999-',
    'bytes=a-b',
    'bytes=0-1,3-4',
    'bytes=-5',
    'bytes=-',
    'bytes=2-4',
    'chars=0-1',
  ],
  ...[
    'bytes=0-99999999999999999999',
    'bytes=99999999999999999999-5',
    'bytes=-1--5',
    'bytes=1e3-2',
    '',
    `bytes=${'0-1,'.repeat(2000)}`,
  ],
];
it.each([
  ...['/', '/digits.txt', '/nowhere', '/healthz', '/me', '/runs/', '/badge/w.svg', '/changes/w/c'],
  ...['', '.txt', '.json', '.log', '.md', '/entries', '/compare'].map((form) => `RUN${form}`),
])('a range of %s is ignored: the whole answer comes, whatever the range', async (path) => {
  const own = path.replace('RUN', `/runs/${run}`);
  const lines = [`GET ${own} HTTP/1.1`, `Host: 127.0.0.1:${port()}`];
  const whole = await ask(...lines);
  for (const range of ranges) {
    const { status, body } = await ask(...lines, `Range: ${range}`);
    expect([range, status, body]).toEqual([range, whole.status, whole.body]);
  }
});
