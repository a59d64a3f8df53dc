/** Forty harmed orders, the same ones each time, to an agent with the list of a gate: nothing runs that is not in it, whatever is sent. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { dice } from '../../src/core/testing.ts';
import { requestHash } from './commandRequest.ts';
import { gateProgram } from '../gate/gateProgram.ts';
import { agent, mark, NONCE } from './agent.testing.ts';

const ORDERS = 40;
const AT_ONCE = 4;

const what = { command: 'echo allowed', stop: '', seconds: 5, input: false };
const hash = requestHash(what);
const known = `@known/step ${hash}`;
const program = gateProgram([{ ...what, id: 'known/step', writeup: 'w', role: 'backend', hash }]);
const victim = spawn('sleep', ['300'], { stdio: 'ignore' });
afterAll(() => void victim.kill('SIGKILL'));
const marker = `/tmp/vantage-fuzz-${mark()}`;

const sound = ['order', NONCE, '0', '', '0', '', known];
const nasty: readonly string[] = [
  ...[
    '',
    ' ',
    '\0',
    '\r',
    '\x1e',
    '\xff',
    '0',
    '1',
    '09',
    '-1',
    '9'.repeat(30),
    'order',
    'beat',
    'tick',
    'gone',
    'none',
  ],
  ...[
    '\\n',
    '\\0012',
    '\\c',
    '%s%n',
    '*',
    '@*',
    '@known/*',
    `@known/step `,
    `${known} `,
    `${known}\\n`,
    '~',
    '!!',
    '#',
  ],
  ...[
    `$(touch ${marker})`,
    `\`touch ${marker}\``,
    `';touch ${marker};'`,
    `";touch ${marker};"`,
    `|touch ${marker}`,
  ],
  ...[
    `${NONCE}\\nexit 0`,
    `${NONCE}\\npass ${victim.pid}`,
    `pass ${victim.pid}`,
    `exit 0\\npass ${victim.pid}\\ncancelled`,
  ],
  ...[`x[$(touch ${marker})]`, `touch ${marker}`, 'x'.repeat(5000), 'x'.repeat(120_000)],
];

/** One to four harms: a line is replaced, lost, doubled, moved or grows, or the text ends somewhere. */
function harmed(roll: (limit: number) => number): string {
  const lines = [...sound];
  const pick = (): string => nasty[roll(nasty.length)] ?? '';
  let end = '\n';
  for (let count = 1 + roll(4); count > 0; count -= 1) {
    const at = roll(lines.length);
    const line = lines[at] ?? '';
    const cut = roll(line.length + 1);
    const harms = [
      () => lines.splice(at, 1, pick()),
      () => lines.splice(at, 1),
      () => lines.splice(at, 0, line),
      () => lines.splice(roll(lines.length), 0, ...lines.splice(at, 1)),
      () => lines.splice(at, 1, line.slice(0, cut) + pick() + line.slice(cut)),
      () => lines.push(pick()),
      () => {
        end = '';
      },
    ];
    harms[roll(harms.length)]?.();
  }
  return lines.join('\n') + end;
}

it('lets only the known step run, forges no end, signals nobody and ends', async () => {
  const roll = dice(9);
  const texts = [`${sound.join('\n')}\n`, ...Array.from({ length: ORDERS }, () => harmed(roll))];
  let ran = 0;
  const worker = async (): Promise<void> => {
    for (let text = texts.pop(); text !== undefined; text = texts.pop()) {
      const one = agent('sh', { SSH_ORIGINAL_COMMAND: 'vantage-agent' }, program);
      one.send(text);
      // A whole order ends by itself.
      if (text.split('\n').length < 8) one.end();
      await one.closed(20_000);
      // A greeting, what the command printed, and at most one end record with the nonce of this very order.
      const heard = /^vantage-agent 2 [^\n]*\n(?:(|allowed\n)\x1e([0-9a-f]{32}) end exit=[^\n]*\n)?$/.exec(
        one.out(),
      );
      const [whole, body = '', nonce = ''] = heard ?? [];
      const lines = text.split('\n');
      expect({ text: text.slice(0, 300), out: one.out() }).toMatchObject({
        out: whole ?? 'an agent’s words',
      });
      if (nonce !== '') expect(lines).toContain(nonce);
      if (body !== '') expect(lines).toContain(known);
      if (body !== '') ran += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  expect(existsSync(marker)).toBe(false);
  expect([victim.exitCode, victim.signalCode]).toEqual([null, null]);
  // The sound one; of the harmed ones some have a word behind the order that cancels it, sooner or later.
  expect(ran).toBeGreaterThan(0);
}, 120_000);
