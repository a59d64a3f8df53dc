/** Readers of large records, in a process of their own: each has several downloads at once, and half of them leave in the middle. Forked by `downloads.ts`. */
import { request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

export type DownloadRequest = {
  readonly address: string;
  readonly run: string;
  readonly tokens: readonly string[];
  readonly atOnce: number;
  readonly seconds: number;
};
export type DownloadResults = {
  readonly whole: number;
  readonly refused: number;
  /** Paths that were answered otherwise, with the status. */
  readonly failed: readonly string[];
};

const forms = '.json .txt .log .html .cast .md /entries .junit.xml .tap .v3.cast'.split(' ').concat('');

process.once(
  'message',
  (wish: DownloadRequest) => void download(wish).then((results) => process.send?.(results)),
);

async function download({
  address,
  run,
  tokens,
  atOnce,
  seconds,
}: DownloadRequest): Promise<DownloadResults> {
  const results = { whole: 0, refused: 0, failed: [] as string[] };
  const until = performance.now() + seconds * 1000;
  const one = (path: string, token: string, leaves: boolean) =>
    new Promise<void>((resolve) => {
      const headers = { authorization: `Bearer ${token}` };
      const sent = request(`${address}${path}`, { headers, agent: false }, (answer) => {
        if (answer.statusCode === 429) results.refused += 1;
        else if (answer.statusCode !== 200) results.failed.push(`${path}: ${answer.statusCode}`);
        answer.on('data', () => {
          if (!leaves || answer.statusCode !== 200) return;
          sent.destroy();
        });
        answer.on('end', () => {
          if (answer.statusCode === 200) results.whole += 1;
        });
        answer.on('error', () => {});
      });
      sent.on('error', () => {}).on('close', () => resolve());
      // Some leave before anything came.
      if (leaves && path.length % 2 === 0) setTimeout(() => sent.destroy(), 100);
      sent.end();
    });
  const reader = async (index: number) => {
    for (let nth = 0; performance.now() < until; nth += 1) {
      const form = forms[(index + nth) % forms.length] ?? '';
      await one(`/runs/${run}${form}`, tokens[index % tokens.length] ?? '', (index + nth) % 2 === 1);
      await pause(20);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, (_, index) => reader(index)));
  return results;
}
