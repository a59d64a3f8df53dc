/** No private key was ever in this repository: every version of every file that git has here is looked through. */
import { execFileSync, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const cwd = fileURLToPath(new URL('../..', import.meta.url));
const begins = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----/;
/** A line of a key's own bytes. Words about keys, and stand-ins for one in tests, have none. */
const body = /^\s*["'`]?[A-Za-z0-9+/]{60,76}={0,2}/;

/** How many private keys are in these lines: a beginning, and bytes right behind it. */
async function keysIn(lines: AsyncIterable<string>): Promise<readonly string[]> {
  const found: string[] = [];
  let object = '';
  let last = '';
  for await (const line of lines) {
    if (/^[0-9a-f]{40} \w+ \d+$/.test(line)) object = line;
    if (begins.test(last) && body.test(line)) found.push(object);
    last = line;
  }
  return found;
}

it('[T37] no version of any file holds a private key', async () => {
  const objects = execFileSync('git', ['rev-list', '--objects', '--all'], {
    cwd,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
    .split('\n')
    .flatMap((line) => (line === '' ? [] : [line.slice(0, 40)]));
  // A copy without history has at least its last state.
  expect(objects.length).toBeGreaterThan(500);
  const reading = spawn('git', ['cat-file', '--batch'], { cwd, stdio: ['pipe', 'pipe', 'inherit'] });
  reading.stdin.end(`${objects.join('\n')}\n`);
  expect(await keysIn(createInterface({ input: reading.stdout }))).toEqual([]);
}, 60_000);

it('this test could fail: it knows a key that was just made', async () => {
  const made = execFileSync('openssl', ['genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:1024'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  async function* lines() {
    yield* made.split('\n');
  }
  expect(await keysIn(lines())).toHaveLength(1);
});
