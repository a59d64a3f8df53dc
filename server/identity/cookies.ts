/** Names and attributes of the sign-in cookies. Pure. */

import { ROOT_BASE } from '../../src/core/text/base.ts';

/** Plain http is served on loopback only, and the cookie's name says so. Two servers may live below two paths of one host. */
export type CookieScope = { readonly scheme: 'https' | 'loopback-http'; readonly base: string };

/** `session` carries all rights, and is never sent from another site. `reading` is sent with a link there, and opens that page only. */
export type CookieKind = 'session' | 'reading';

const names: Readonly<Record<CookieKind | 'signing-in', Readonly<Record<CookieScope['scheme'], string>>>> = {
  session: { https: '__Host-vantage', 'loopback-http': 'vantage-loopback-without-tls' },
  reading: { https: '__Host-vantage-reading', 'loopback-http': 'vantage-reading-without-tls' },
  'signing-in': { https: '__Host-vantage-signing-in', 'loopback-http': 'vantage-signing-in-without-tls' },
};

const sameSite: Readonly<Record<CookieKind, string>> = { session: 'Strict', reading: 'Lax' };

/** Browsers take `__Host-` for a whole host only. */
export function cookieName(kind: CookieKind | 'signing-in', { scheme, base }: CookieScope): string {
  const name = names[kind][scheme];
  if (base === ROOT_BASE) return name;
  return `${name.replace('__Host-', '__Secure-')}${base.slice(0, -1).replaceAll('/', '-')}`;
}

/** `Set-Cookie` for a value; an empty one removes the cookie. */
export const setCookie = (kind: CookieKind, scope: CookieScope, value: string): string =>
  written(cookieName(kind, scope), value, scope, sameSite[kind], '');

/** The cookie's value; undefined if there are two, since one is somebody else's. */
export function readCookie(
  header: string | undefined,
  kind: CookieKind,
  scope: CookieScope,
): string | undefined {
  const value = cookieValue(header, cookieName(kind, scope));
  return value !== undefined && /^[A-Za-z0-9_-]{43}$/.test(value) ? value : undefined;
}

/** Begun sign-ins of one browser: enough for some tabs, and they fit into the request headers. */
const maxPending = 3;

/** `Set-Cookie` for a begun sign-in; an empty value removes it. */
export const setPendingCookie = (state: string, scope: CookieScope, value: string): string =>
  written(pendingName(state, scope), value, scope, 'Lax', 'Max-Age=600');

export function readPendingCookie(
  header: string | undefined,
  state: string,
  scope: CookieScope,
): string | undefined {
  const value = cookieValue(header, pendingName(state, scope));
  return value !== undefined && /^[A-Za-z0-9_.-]+$/.test(value) ? value : undefined;
}

/** `Set-Cookie` that make room for one more; the oldest are first in the header. */
export function dropPendingCookies(header: string | undefined, scope: CookieScope): readonly string[] {
  const form = new RegExp(`^${escaped(cookieName('signing-in', scope))}-[A-Za-z0-9_-]{${stateChars}}$`);
  const own = [...new Set(pairsOf(header).map(([name]) => name))].filter((name) => form.test(name));
  return own
    .slice(0, Math.max(0, own.length + 1 - maxPending))
    .map((name) => written(name, '', scope, 'Lax', ''));
}

export function cookieScope(origin: string | undefined, base: string): CookieScope {
  return { scheme: origin?.startsWith('https:') ? 'https' : 'loopback-http', base };
}

const escaped = (text: string): string => text.replaceAll('.', '\\.');

/** Enough to tell the sign-ins of one browser apart; the cookie has the whole state. */
const stateChars = 16;
const pendingName = (state: string, scope: CookieScope): string =>
  `${cookieName('signing-in', scope)}-${state.replace(/[^A-Za-z0-9_-]/g, '').slice(0, stateChars)}`;

function written(name: string, value: string, scope: CookieScope, site: string, age: string): string {
  return [
    `${name}=${value}`,
    `Path=${scope.base}`,
    'HttpOnly',
    `SameSite=${site}`,
    ...(scope.scheme === 'https' ? ['Secure'] : []),
    ...(value === '' ? ['Max-Age=0'] : age === '' ? [] : [age]),
  ].join('; ');
}

const pairsOf = (header: string | undefined): readonly (readonly [string, string])[] =>
  (header ?? '').split(';').flatMap((part) => {
    const [, name, value] = /^([^=]+)=(.*)$/.exec(part.trim()) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value] as const];
  });

function cookieValue(header: string | undefined, name: string): string | undefined {
  const [pair, ...more] = pairsOf(header).filter(([one]) => one === name);
  return more.length === 0 ? pair?.[1] : undefined;
}
