import { describe, expect, it } from 'vitest';
import { placeHere } from './answer.ts';
import { readCookie, setCookie } from './cookies.ts';
import { createBuckets, createCounts } from './limits.ts';
import { allRights, noRights } from '../../src/core/rights.ts';
import { createSessions } from './sessions.ts';
import { entryOf, hashForm, hashOf, newToken } from './token.ts';

describe('a token', () => {
  it('has 256 random bits, and only its hash finds its entry', () => {
    const [ada, bob] = [newToken(), newToken()];
    const entries = [ada, bob].map((token) => ({ hash: hashOf(token) }));
    expect(entries.every(({ hash }) => hashForm.test(hash))).toBe(true);
    expect(entryOf(ada, entries)).toBe(entries[0]);
    expect(entryOf(bob, entries)).toBe(entries[1]);
    expect(Buffer.from(ada.slice('vantage_'.length), 'base64url').length).toBe(32);
    for (const other of [newToken(), '', hashOf(ada), `${ada} `, ada.toUpperCase(), ada.slice(0, -1)])
      expect(entryOf(other, entries)).toBeUndefined();
  });
  it('of a form that is not ours gets nobody in, even if its hash is in the file', () => {
    expect(entryOf('hunter2', [{ hash: hashOf('hunter2') }])).toBeUndefined();
  });
});

describe('the cookie', () => {
  const value = 'x'.repeat(43);
  it('is bound to host, path and TLS, unreadable for scripts, and strict', () => {
    expect(setCookie('session', 'https', value)).toBe(
      `__Host-vantage=${value}; Path=/; HttpOnly; SameSite=Strict; Secure`,
    );
    expect(setCookie('session', 'loopback-http', value)).toBe(
      `vantage-loopback-without-tls=${value}; Path=/; HttpOnly; SameSite=Strict`,
    );
  });
  it('is none when it comes twice, under the other name, or in another form', () => {
    expect(readCookie(`a=b; __Host-vantage=${value}`, 'session', 'https')).toBe(value);
    for (const header of [
      `__Host-vantage=${value}; __Host-vantage=${'y'.repeat(43)}`,
      `vantage-loopback-without-tls=${value}`,
      `__Host-vantage=${value}x`,
      `__Host-vantage="${value}"`,
      '',
      undefined,
    ])
      expect(readCookie(header, 'session', 'https')).toBeUndefined();
  });
});

describe('a session', () => {
  const grant = { id: 'ada', name: 'ada', rights: () => allRights };
  it('ends after a time without use, after its whole time whatever is done, and when it is ended', () => {
    let now = 0;
    const sessions = createSessions(
      () => ({ idleMs: 100, absoluteMs: 1000 }),
      () => now,
    );
    const idle = sessions.find(sessions.open(grant));
    now = 99;
    expect(idle?.rights()).toBe(allRights);
    now = 100;
    expect(idle?.rights()).toBe(noRights);
    const id = sessions.open(grant);
    const used = sessions.find(id);
    for (; now < 1090; now += 90) {
      expect(used?.rights()).toBe(allRights);
      used?.touch();
    }
    now = 1100;
    expect(used?.rights()).toBe(noRights);
    used?.touch();
    expect(used?.rights()).toBe(noRights);
    const third = sessions.open(grant);
    const held = sessions.find(third);
    sessions.end(third);
    expect(held?.rights()).toBe(noRights);
    expect(sessions.find(third)).toBeUndefined();
    expect(sessions.find(undefined)).toBeUndefined();
  });
  it('loses its rights with the grant behind it', () => {
    let rights = allRights;
    const sessions = createSessions(
      () => ({ idleMs: 1, absoluteMs: 1 }),
      () => 0,
    );
    const session = sessions.find(sessions.open({ id: 'ada', name: 'ada', rights: () => rights }));
    rights = noRights;
    expect(session?.rights().size).toBe(0);
  });
});

describe('the place to go on to', () => {
  it.each(['/', '/runs/01ARZ3NDEKTSV4RRFFQ69G5FAV?a=b', '/w/'])('%s is kept', (to) =>
    expect(placeHere(to)).toBe(to),
  );
  it.each([
    null,
    '',
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example/',
    '/\t/evil.example',
    '/.//evil.example',
    'javascript:alert(1)',
    '/login?to=/login',
    '/logout',
    `/${'a'.repeat(5000)}`,
  ])('%s leads to the front page', (to) => expect(placeHere(to)).toBe('/'));
});

describe('a bucket', () => {
  it('gives a burst, then so much over time, to each its own, and takes all or nothing', () => {
    let now = 0;
    const buckets = createBuckets(10, 2, () => now);
    expect(buckets.take('ada', 8)).toBe(true);
    expect(buckets.take('ada', 3)).toBe(false);
    expect(buckets.take('ada', 2)).toBe(true);
    expect(buckets.take('bob', 10)).toBe(true);
    now = 1000;
    expect([buckets.take('ada', 2), buckets.take('ada', 1)]).toEqual([true, false]);
  });
  it('counts what is open, and each leaving once', () => {
    const counts = createCounts();
    const first = counts.enter('ada', 2);
    counts.enter('ada', 2);
    expect(counts.enter('ada', 2)).toBeUndefined();
    first?.();
    first?.();
    expect([counts.enter('ada', 2) !== undefined, counts.enter('ada', 2)]).toEqual([true, undefined]);
  });
});
