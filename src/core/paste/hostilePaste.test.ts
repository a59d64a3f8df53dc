import { describe, expect, it } from 'vitest';
import { dice } from '../testing.ts';
import { attacks } from '../testing-hostile.ts';
import { judgePaste } from './judgePaste.ts';
import { MAX_PASTE_BYTES } from './paste.ts';
import { answered, ask, checks, listens, refused, routed } from './testing.ts';

const rowsOf = (text: string) =>
  new Map(judgePaste(text, checks).rows.map(({ check, judgement }) => [check, judgement.verdict]));
const good = [
  `me@box:~$ ss -tln\n${listens}`,
  `me@box:~$ ${ask}\n${refused}`,
  `me@box:~$ ip route get 127.0.0.1\n${routed}`,
  `me@manager:~$ ${ask}\n${answered}`,
];
const seeds = Array.from({ length: 300 }, (_, index) => index + 1);
const alphabet = [
  ...'ab0 .:$#>`~*|\\/-"\'()[]{}<\n\t\u00a0\u001b\u202e',
  'curl ',
  '$ ',
  'ip route get ',
  '127.0.0.1',
  ':9443',
  '```\n',
  '> ',
];
const words = [
  ...[
    'It does not work.',
    'Any idea?',
    'uptime 3 days',
    '+1',
    'thanks',
    '',
    '-- ',
    'Sent from my phone',
    '## Versions',
  ],
  ...[
    '6.6.87.2',
    'kernel: eth0 up',
    '{"a":1}',
    '100%',
    '* one',
    '- two',
    '> three',
    '`four`',
    'error: 5',
    'exit',
    '10.0.0.1:80',
  ],
];
const pick = <T>(roll: (sides: number) => number, all: readonly T[]): T => all[roll(all.length)] as T;
const noise = (roll: (sides: number) => number): string =>
  Array.from({ length: roll(4) }, () => `${pick(roll, words)}\n`).join('');

describe('any paste', () => {
  it('[Y2] is read without an error, and without its controls no row gets a verdict', () => {
    for (const seed of seeds) {
      const roll = dice(seed);
      const parts = [...alphabet, ...attacks, ...good.flatMap((one) => one.split(/(?<=\n)/))];
      const text = Array.from({ length: roll(120) }, () => pick(roll, parts)).join('');
      const { rows, reading } = judgePaste(text, checks);
      for (const { check, judgement } of rows) {
        const steps = reading.took.filter((one) => one.check === check).map(({ step }) => step);
        const isWhole = checks.find(({ id }) => id === check)?.steps.every(({ id }) => steps.includes(id));
        if (!isWhole) expect(judgement.verdict, `seed ${seed}: ${text}`).toBe('inconclusive');
      }
    }
  });
  it.each([1, 2, 3])(
    '[Y2] without the lines of a control has no verdict for that row: part %i taken away',
    (part) => {
      const rows = rowsOf(good.filter((_, index) => index !== part - 1).join('\n'));
      expect([...rows].filter(([, verdict]) => verdict === 'inconclusive')).toHaveLength(part < 3 ? 1 : 0);
      expect(rows.get('own')).toBe(part < 3 ? 'inconclusive' : 'agrees');
    },
  );
  it('[Y3] with other text around and between its commands never comes to another verdict than without', () => {
    let same = 0;
    for (const seed of seeds) {
      const roll = dice(seed);
      const chosen = good.filter(() => roll(3) > 0);
      const clean = rowsOf(chosen.join('\n'));
      const noisy = rowsOf(noise(roll) + chosen.map((one) => `${one}\n${noise(roll)}`).join(''));
      for (const [check, verdict] of noisy) {
        if (verdict === 'inconclusive') continue;
        expect(clean.get(check), `seed ${seed}: ${check}`).toBe(verdict);
        same += 1;
      }
    }
    expect(same).toBeGreaterThan(200);
  });
  it('[Y3] cut anywhere never comes to another verdict than whole', () => {
    const whole = good.join('\n');
    const clean = rowsOf(whole);
    for (let at = 0; at < whole.length; at += 3)
      for (const part of [whole.slice(at), whole.slice(0, at)])
        for (const [check, verdict] of rowsOf(part))
          if (verdict !== 'inconclusive') expect(verdict, `${check} at ${at}`).toBe(clean.get(check));
  });
  it.each([
    ['one long line', 'x'],
    ['empty lines', '\n'],
    ['prompts', '$ \n'],
    ['commands', `$ ${ask}\n${refused}\n`],
    ['commands without a prompt', 'ip route get 127.0.0.1\n'],
    ['sockets', 'LISTEN 0 1 0.0.0.0:9443 0.0.0.0:*\n'],
    ['quotes', '> > > '],
    ['open quotes', '$ curl "\\"'],
    ['blanks', ' '],
    ['hosts', 'a@b:~'],
    ['lines that continue', '$ curl \\\n'],
    ['sequences without an end', '\u001b]0;'],
    ['sequences with blanks', '\u001b      '],
    ['fences', '```\n'],
    ['inline code', '`ip route get 127.0.0.1` '],
    ['headings of the script', '----- own/connect -----\n'],
  ])('[Y4] of 10 MB is cut at the limit, and says so: %s', (_, part) => {
    const text = part.repeat(Math.ceil((10 * MAX_PASTE_BYTES) / part.length));
    const start = `$ ss -tln\n${listens}\n$ ${ask}\n`;
    for (const all of [text, start + text]) {
      const { reading, rows } = judgePaste(all, checks);
      expect(reading.cut).toContain(`${MAX_PASTE_BYTES} bytes`);
      expect(rows.map(({ judgement }) => judgement.verdict)).not.toContain('differs');
    }
  });
});
