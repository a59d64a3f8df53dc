/** Readers of large records, in a process of their own: each has several downloads at once, and half of them leave in the middle. Forked by `downloads.ts`. */
import { request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

export type ReadersWish = {
  readonly address: string;
  readonly run: string;
  readonly tokens: readonly string[];
  readonly atOnce: number;
  readonly seconds: number;
};
/** How the downloads ended, by what the server said. */
export type ReadersSeen = {
  readonly whole: number;
  readonly left: number;
  readonly refused: number;
  readonly otherwise: readonly string[];
};

const forms = [
  '.json',
  '.txt',
  '.log',
  '.html',
  '.cast',
  '.md',
  '/entries',
  '.junit.xml',
  '.tap',
  '.v3.cast',
  '',
];

process.once('message', (wish: ReadersWish) => void read(wish).then((seen) => process.send?.(seen)));

async function read({ address, run, tokens, atOnce, seconds }: ReadersWish): Promise<ReadersSeen> {
  const seen = { whole: 0, left: 0, refused: 0, otherwise: [] as string[] };
  const until = performance.now() + seconds * 1000;
  const download = (path: string, token: string, leaves: boolean) =>
    new Promise<void>((resolve) => {
      const headers = { authorization: `Bearer ${token}` };
      const asked = request(`${address}${path}`, { headers, agent: false }, (answer) => {
        if (answer.statusCode === 429) seen.refused += 1;
        else if (answer.statusCode !== 200) seen.otherwise.push(`${path}: ${answer.statusCode}`);
        answer.on('data', () => {
          if (!leaves || answer.statusCode !== 200) return;
          seen.left += 1;
          asked.destroy();
        });
        answer.on('end', () => {
          if (answer.statusCode === 200) seen.whole += 1;
        });
        answer.on('error', () => {});
      });
      asked.on('error', () => {}).on('close', () => resolve());
      // Some leave before anything came.
      if (leaves && path.length % 2 === 0) setTimeout(() => asked.destroy(), 100);
      asked.end();
    });
  const reader = async (index: number) => {
    for (let nth = 0; performance.now() < until; nth += 1) {
      const form = forms[(index + nth) % forms.length] ?? '';
      await download(`/runs/${run}${form}`, tokens[index % tokens.length] ?? '', (index + nth) % 2 === 1);
      await pause(20);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, (_, index) => reader(index)));
  return seen;
}
