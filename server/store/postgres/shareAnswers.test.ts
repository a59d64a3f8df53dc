import { expect, it } from 'vitest';
import { shareAnswers } from './database.ts';

it('a crowd that asks the same shares two answers, of which nobody gets one from before the question', async () => {
  const asked: { question: string; answer: PromiseWithResolvers<readonly Record<string, unknown>[]> }[] = [];
  const all = shareAnswers((text, ...values) => {
    const answer = Promise.withResolvers<readonly Record<string, unknown>[]>();
    asked.push({ question: [text, ...values].join(' '), answer });
    return answer.promise;
  });
  const first = [all('latest', 'w'), all('latest', 'w')];
  await Promise.resolve();
  const crowd = [all('latest', 'w'), all('latest', 'w'), all('latest', 'w')];
  const other = all('latest', 'another');
  await Promise.resolve();
  expect(asked.map(({ question }) => question)).toEqual(['latest w', 'latest another']);
  asked[0]?.answer.reject(new Error('the connection has ended'));
  asked[1]?.answer.resolve([]);
  for (const one of first) await expect(one).rejects.toThrow('the connection has ended');
  expect(await other).toEqual([]);
  await expect.poll(() => asked.length).toBe(3);
  asked[2]?.answer.resolve([{ run: 'newer' }]);
  for (const one of crowd) expect(await one).toEqual([{ run: 'newer' }]);
  void all('latest', 'w').catch(() => {});
  await expect.poll(() => asked.length).toBe(4);
});
