/** Streams of frames with some bytes harmed, from a fixed seed: whoever is put out is in the log once, and nothing else happens. `VANTAGE_FUZZ_SECONDS=600` goes on for so long. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { effectCheck, type AuthServer, startAuthServer } from '../auth/testing.ts';
import { frameOf, rawSocket } from './rawSocket.testing.ts';

const rounds = 400;
const seconds = Number(process.env['VANTAGE_FUZZ_SECONDS'] ?? 0);
const seed = 20261127;

let open: AuthServer;
const begin = async () => {
  open = await startAuthServer([effectCheck('quick', 'read')], 'local');
};
beforeAll(begin);
afterAll(() => open.close());

/** A linear congruential generator (Numerical Recipes): the same numbers everywhere. */
function dice(from: number): (sides: number) => number {
  let state = from >>> 0;
  return (sides) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

const messages = [
  '{"type":"watch","writeup":"w","reader":"reader-0001"}',
  '{"type":"follow","run":"01ARZ3NDEKTSV4RRFFQ69G5FAV","from":0,"tail":2048}',
  '{"type":"run","key":"click-0001","checks":["nothing"]}',
  '{"type":"save","key":"click-0002","runs":["01ARZ3NDEKTSV4RRFFQ69G5FAV"],"title":"Größe","note":"\\ud83d\\ude00"}',
  '{"type":"present","key":"click-0003","at":{"slide":"quick","view":"check"}}',
  '{"type":"cancel","run":"01ARZ3NDEKTSV4RRFFQ69G5FAV"}',
];
const firsts = [0x81, 0x81, 0x81, 0x01, 0x80, 0x00, 0x82, 0x88, 0x89, 0x8a, 0xc1, 0x8b];

function stream(roll: (sides: number) => number): Uint8Array {
  const frames = Array.from({ length: 1 + roll(5) }, () => {
    const text = messages[roll(messages.length)] ?? '';
    const first = roll(3) === 0 ? (firsts[roll(firsts.length)] ?? 0) : 0x81;
    return frameOf({ first, masked: roll(30) > 0 }, roll(9) === 0 ? text.slice(0, roll(60)) : text);
  });
  const bytes = Buffer.concat([frameOf({ first: 0x81 }, messages[0] ?? ''), ...frames]);
  for (let harms = roll(4); harms > 0; harms -= 1) bytes[roll(bytes.length)] = roll(256);
  return roll(5) === 0 ? bytes.subarray(0, roll(bytes.length)) : bytes;
}

/** What is really kept: this process also reads the log again and again, which is garbage of the test's own. */
function heldMib(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed / 1024 / 1024;
}

it(
  '[T9] harmed frames start nothing, cost nothing, and each connection that is put out for them is one line',
  async () => {
    const roll = dice(seed);
    const until = performance.now() + seconds * 1000;
    const memory = heldMib();
    const codes = new Map<number | undefined, number>();
    for (let round = 0; round < rounds || performance.now() < until; round += 1) {
      // Before the log is so long that its oldest lines go.
      if (round % 5000 === 4999) await open.close().then(begin);
      const lines = open.audit('refused-message').length;
      const socket = await rawSocket(open.server.port);
      socket.send(stream(roll));
      socket.end();
      const code = await socket.ended;
      codes.set(code, (codes.get(code) ?? 0) + 1);
      const put = code !== undefined && [1002, 1007, 1008, 1009, 4400, 4429].includes(code);
      expect(open.audit('refused-message').length - lines, `round ${round} of seed ${seed}: ${code}`).toBe(
        put ? 1 : 0,
      );
    }
    expect([...codes.keys()]).toEqual(expect.arrayContaining([undefined, 1002, 1007, 4400]));
    expect(
      open.audit('run', 'run-ended', 'cancel').every(({ outcome }) => !/^(started|joined)/.test(outcome)),
    ).toBe(true);
    expect(open.audit('run-ended')).toEqual([]);
    expect(heldMib() - memory).toBeLessThan(8);
    const page = await open.server.connect();
    page.send({ type: 'watch', writeup: 'w' });
    await page.next('welcome');
  },
  60_000 + seconds * 2000,
);
