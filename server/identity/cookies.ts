/** The cookies of signing in: what they are called where, and their attributes. Pure. */

/** Where a cookie may go. Over plain http only this machine's own address is served, and the name says so. */
export type CookieScope = 'https' | 'loopback-http';

/**
 * `session` opens everything that the person may do, and is never sent when another site leads here: also not for a link in an issue.
 * `reading` is sent then, and opens nothing but the page that the link leads to; what is on it comes with the other one.
 */
export type CookieKind = 'session' | 'reading';

const names: Readonly<Record<CookieKind | 'signing-in', Readonly<Record<CookieScope, string>>>> = {
  session: { https: '__Host-vantage', 'loopback-http': 'vantage-loopback-without-tls' },
  reading: { https: '__Host-vantage-reading', 'loopback-http': 'vantage-reading-without-tls' },
  'signing-in': { https: '__Host-vantage-signing-in', 'loopback-http': 'vantage-signing-in-without-tls' },
};

/** A link, and the way back from a provider, are navigations from another site, on which a strict cookie is missing. */
const sameSite: Readonly<Record<CookieKind, string>> = { session: 'Strict', reading: 'Lax' };

export const cookieName = (kind: CookieKind, ground: CookieScope): string => names[kind][ground];

/** `Set-Cookie` for a value; an empty one takes the cookie away. */
export const setCookie = (kind: CookieKind, ground: CookieScope, value: string): string =>
  written(names[kind][ground], value, ground, sameSite[kind], '');

/** The value of our cookie. Two of the same name are none: one of them is somebody else's. */
export function readCookie(
  header: string | undefined,
  kind: CookieKind,
  ground: CookieScope,
): string | undefined {
  const value = cookieValue(header, names[kind][ground]);
  return value !== undefined && /^[A-Za-z0-9_-]{43}$/.test(value) ? value : undefined;
}

/** Sign-ins that one browser may have begun; two tabs are not in each other's way, and all of them fit into the headers of a request. */
const maxPending = 3;

/** `Set-Cookie` for a sign-in that was begun with this state; an empty value takes it away. */
export const setPendingCookie = (state: string, ground: CookieScope, value: string): string =>
  written(pendingName(state, ground), value, ground, 'Lax', 'Max-Age=600');

/** What the cookie of the sign-in with this state holds. */
export function readPendingCookie(
  header: string | undefined,
  state: string,
  ground: CookieScope,
): string | undefined {
  const value = cookieValue(header, pendingName(state, ground));
  return value !== undefined && /^[A-Za-z0-9_.-]+$/.test(value) ? value : undefined;
}

/** `Set-Cookie` that make room for one more: the first ones of the header are the oldest. */
export function dropPendingCookies(header: string | undefined, ground: CookieScope): readonly string[] {
  const form = new RegExp(`^${names['signing-in'][ground]}-[A-Za-z0-9_-]{${stateChars}}$`);
  const own = [...new Set(pairsOf(header).map(([name]) => name))].filter((name) => form.test(name));
  return own
    .slice(0, Math.max(0, own.length + 1 - maxPending))
    .map((name) => written(name, '', ground, 'Lax', ''));
}

export function cookieScope(origin: string | undefined): CookieScope {
  return origin?.startsWith('https:') ? 'https' : 'loopback-http';
}

/** So much of a state tells those of one browser apart; all of it is in the cookie. */
const stateChars = 16;
const pendingName = (state: string, ground: CookieScope): string =>
  `${names['signing-in'][ground]}-${state.replace(/[^A-Za-z0-9_-]/g, '').slice(0, stateChars)}`;

function written(name: string, value: string, ground: CookieScope, site: string, age: string): string {
  return [
    `${name}=${value}`,
    'Path=/',
    'HttpOnly',
    `SameSite=${site}`,
    ...(ground === 'https' ? ['Secure'] : []),
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
