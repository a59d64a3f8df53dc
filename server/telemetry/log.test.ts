/** The log of the server: one line an event, for programs and for people, and no secret in either. */
import { expect, it } from 'vitest';
import { newToken } from '../identity/token.ts';
import { createLog, terminal } from './log.ts';

const lines = (): { readonly all: string[]; write(line: string): void } => {
  const all: string[] = [];
  return { all, write: (line) => void all.push(line) };
};

it('an event is one line of JSON with time and level, whatever the text is', () => {
  const to = lines();
  createLog(to).print('Ready: lab\n{"level":"error"}');
  createLog(to).failed(new Error('no\nroom'));
  expect(to.all).toHaveLength(2);
  for (const line of to.all) expect(line.trimEnd().split('\n')).toHaveLength(1);
  expect(JSON.parse(to.all[0] ?? '')).toEqual({
    level: 'info',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    msg: 'Ready: lab\n{"level":"error"}',
  });
  expect(JSON.parse(to.all[1] ?? '')).toMatchObject({
    level: 'error',
    msg: 'no\nroom',
    stack: expect.stringContaining('log.test.ts'),
  });
});

it('on a terminal it is words, and what is broken has its stack', () => {
  const to = lines();
  createLog(terminal(to)).print('Ready: lab');
  createLog(terminal(to)).failed(new Error('no room'));
  expect(to.all[0]).toMatch(/^\d\d:\d\d:\d\d Ready: lab\n$/);
  expect(to.all[1]).toMatch(/^\d\d:\d\d:\d\d ERROR Error: no room\n\s+at /);
});

const token = newToken();
it.each([
  [`came with ${token}`, token],
  [`authorization: Bearer ${token}`, token],
  ['authorization: Basic YWRtaW46YWRtaW4=', 'YWRtaW46YWRtaW4='],
  ['cookie: __Host-vantage-session=abcdef123456; a=b', 'abcdef123456'],
  ['GET /login/callback?code=s3cr3tc0de&state=xyz', 's3cr3tc0de'],
  ['-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNz\n-----END OPENSSH PRIVATE KEY-----', 'b3BlbnNz'],
  ['-----BEGIN PRIVATE KEY-----\nMIICdgIBADANBg', 'MIICdgIBADANBg'],
])('no secret is kept: %.60s', (text, secret) => {
  const to = lines();
  createLog(to).print(text);
  createLog(to).failed(new Error(text));
  expect(to.all.join('')).not.toContain(secret);
  expect(to.all.join('')).toContain('***');
});
