import { describe, expect, it } from 'vitest';
import { localPath } from './httpResponse.ts';
import type { SignedIn } from '../identity/sharedSignIns.ts';
import {
  dropPendingCookies,
  readCookie,
  readPendingCookie,
  setCookie,
  setPendingCookie,
} from '../identity/cookies.ts';
import { createTokenBuckets, createOpenCounts } from '../identity/rateLimits.ts';
import { allRights, noRights } from '../../src/core/protocol/rights.ts';
import { createSessions, type Sessions } from '../identity/sessions.ts';
import { entryOf, hashForm, hashOf, newToken } from '../identity/token.ts';

const https = { scheme: 'https', base: '/' } as const;
const http = { scheme: 'loopback-http', base: '/' } as const;

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
    expect(setCookie('session', https, value)).toBe(
      `__Host-vantage=${value}; Path=/; HttpOnly; SameSite=Strict; Secure`,
    );
    expect(setCookie('session', http, value)).toBe(
      `vantage-loopback-without-tls=${value}; Path=/; HttpOnly; SameSite=Strict`,
    );
  });
  it('is that of one site where several share a host, each below a path', () => {
    expect(setCookie('session', { scheme: 'https', base: '/docs/' }, value)).toBe(
      `__Secure-vantage-docs=${value}; Path=/docs/; HttpOnly; SameSite=Strict; Secure`,
    );
    const other = { scheme: 'https', base: '/a/b/' } as const;
    expect(readCookie(`__Secure-vantage-docs=${value}`, 'session', other)).toBeUndefined();
    expect(readCookie(`__Secure-vantage-a-b=${value}`, 'session', other)).toBe(value);
  });
  it('is none when it comes twice, under the other name, or in another form', () => {
    expect(readCookie(`a=b; __Host-vantage=${value}`, 'session', https)).toBe(value);
    for (const header of [
      `__Host-vantage=${value}; __Host-vantage=${'y'.repeat(43)}`,
      `vantage-loopback-without-tls=${value}`,
      `__Host-vantage=${value}x`,
      `__Host-vantage="${value}"`,
      '',
      undefined,
    ])
      expect(readCookie(header, 'session', https)).toBeUndefined();
  });
});

describe('the cookie of a sign-in that was begun', () => {
  const state = (letter: string) => letter.repeat(43);
  const jwe = 'e30..aa.bb.cc';
  it('has a name of its own for each, is lax, and lasts ten minutes', () => {
    expect(setPendingCookie(state('x'), https, jwe)).toBe(
      `__Host-vantage-signing-in-${'x'.repeat(16)}=${jwe}; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=600`,
    );
    expect(setPendingCookie('x;\r\ny=', https, '')).toBe(
      '__Host-vantage-signing-in-xy=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0',
    );
  });
  it('is found by its state, and is none when it comes twice; the first ones make room for a fourth', () => {
    const header = ['x', 'y', 'z']
      .map((one) => setPendingCookie(state(one), https, jwe).split(';')[0])
      .join('; ');
    expect(readPendingCookie(header, state('y'), https)).toBe(jwe);
    expect(readPendingCookie(header, state('a'), https)).toBeUndefined();
    expect(readPendingCookie(`${header}; ${header}`, state('y'), https)).toBeUndefined();
    expect(dropPendingCookies(header, https)).toEqual([setPendingCookie(state('x'), https, '')]);
    expect(dropPendingCookies(header, http)).toEqual([]);
  });
});

describe('a session', () => {
  const person = { id: 'ada', name: 'ada', basis: [] };
  const opened = async (sessions: Sessions, of: SignedIn) => (await sessions.open(of))?.id;
  const rightsOf = () => allRights;
  it('ends after a time without use, after its whole time whatever is done, and when it is ended', async () => {
    let now = 0;
    const limits = () => ({ idleMs: 100, absoluteMs: 1000 });
    const sessions = createSessions({ limits, now: () => now, rightsOf });
    const idle = sessions.find(await opened(sessions, person));
    now = 99;
    expect(idle?.rights()).toBe(allRights);
    now = 100;
    expect(idle?.rights()).toBe(noRights);
    const id = await opened(sessions, person);
    const used = sessions.find(id);
    for (; now < 1090; now += 90) {
      expect(used?.rights()).toBe(allRights);
      used?.touch();
    }
    now = 1100;
    expect(used?.rights()).toBe(noRights);
    used?.touch();
    expect(used?.rights()).toBe(noRights);
    const third = await opened(sessions, person);
    const held = sessions.find(third);
    await sessions.end(third);
    expect(held?.rights()).toBe(noRights);
    expect(sessions.find(third)).toBeUndefined();
    expect(sessions.find(undefined)).toBeUndefined();
  });
  it('has the rights that its person has at that moment', async () => {
    let rights = allRights;
    const limits = () => ({ idleMs: 1, absoluteMs: 1 });
    const sessions = createSessions({ limits, now: () => 0, rightsOf: () => rights });
    const session = sessions.find(await opened(sessions, person));
    expect(session?.rights()).toBe(allRights);
    rights = noRights;
    expect(session?.rights().size).toBe(0);
  });
  it('goes when the same person has too many, the one that was not used for longest; those of others stay', async () => {
    let now = 0;
    const limits = () => ({ idleMs: 1_000_000, absoluteMs: 1_000_000 });
    const sessions = createSessions({ limits, now: () => now, rightsOf });
    const bob = await opened(sessions, { ...person, id: 'bob' });
    const used = await opened(sessions, person);
    const unused = await opened(sessions, person);
    for (let nth = 0; nth < 10_000; nth += 1) {
      now += 1;
      sessions.find(used)?.touch();
      await opened(sessions, person);
    }
    expect([bob, used, unused].map((id) => sessions.find(id)?.rights().size)).toEqual([
      allRights.size,
      allRights.size,
      undefined,
    ]);
  });
  it('is refused to somebody new when there are too many of everybody; who has one gets another for it', async () => {
    const limits = () => ({ idleMs: 10, absoluteMs: 10 });
    let now = 0;
    const sessions = createSessions({ limits, now: () => now, rightsOf, most: { ofAll: 2, ofOne: 20 } });
    const [ada, bob] = [await opened(sessions, person), await opened(sessions, { ...person, id: 'bob' })];
    expect(await opened(sessions, { ...person, id: 'eve' })).toBeUndefined();
    const again = await opened(sessions, person);
    expect([ada, bob, again].map((id) => sessions.find(id)?.id)).toEqual([undefined, 'bob', 'ada']);
    now = 10;
    expect(await opened(sessions, { ...person, id: 'eve' })).toBeDefined();
  });
  it('of somebody whose name another one has is read apart by others, and so is one with the name of a token', async () => {
    const limits = () => ({ idleMs: 10, absoluteMs: 10 });
    const reserved = (id: string) => (id === 'ci' ? [] : ['ci']);
    const sessions = createSessions({ limits, now: () => 0, rightsOf, reserved });
    const nameOf = async (id: string, name: string) => (await sessions.open({ ...person, id, name }))?.name;
    expect([
      await nameOf('i 1', 'ada'),
      await nameOf('i 2', 'ada'),
      await nameOf('i 2', 'ada'),
      await nameOf('i 1', 'ada'),
      await nameOf('i 3', 'ada'),
      await nameOf('i 4', 'ci'),
      await nameOf('ci', 'ci'),
    ]).toEqual(['ada', 'ada (2)', 'ada (2)', 'ada', 'ada (3)', 'ci (2)', 'ci']);
  });
});

describe('the place to go on to', () => {
  it.each(['/', '/runs/01ARZ3NDEKTSV4RRFFQ69G5FAV?a=b', '/w/'])('%s is kept', (to) =>
    expect(localPath(to)).toBe(to),
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
    `/${'a'.repeat(1024)}`,
    // It becomes longer on the way.
    `/${'ü'.repeat(300)}`,
  ])('%s leads to the front page', (to) => expect(localPath(to)).toBe('/'));
});

describe('a bucket', () => {
  it('gives a burst, then so much over time, to each its own, and takes all or nothing', () => {
    let now = 0;
    const buckets = createTokenBuckets(10, 2, () => now);
    expect(buckets.take('ada', 8)).toBe(true);
    expect(buckets.take('ada', 3)).toBe(false);
    expect(buckets.take('ada', 2)).toBe(true);
    expect(buckets.take('bob', 10)).toBe(true);
    now = 1000;
    expect([buckets.take('ada', 2), buckets.take('ada', 1)]).toEqual([true, false]);
  });
  it('is not full again because others came: beyond ten thousand, those who are new share one', () => {
    let now = 0;
    const buckets = createTokenBuckets(1, 1, () => now);
    expect(buckets.take('ada', 1)).toBe(true);
    const got = Array.from({ length: 20_000 }, (_, nth) => buckets.take(`stranger ${nth}`, 1));
    expect(got.filter((one) => one).length).toBe(10_000);
    expect(buckets.take('ada', 1)).toBe(false);
    now = 1000;
    expect(buckets.take('ada', 1)).toBe(true);
  });
  it('counts what is open, and each leaving once', () => {
    const counts = createOpenCounts();
    const first = counts.acquire('ada', 2);
    counts.acquire('ada', 2);
    expect(counts.acquire('ada', 2)).toBeUndefined();
    first?.();
    first?.();
    expect([counts.acquire('ada', 2) !== undefined, counts.acquire('ada', 2)]).toEqual([true, undefined]);
  });
});
