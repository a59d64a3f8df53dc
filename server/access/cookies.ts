/** The cookies of signing in: what they are called where, and their attributes. Pure. */

/** Where a cookie may go. Over plain http only this machine's own address is served, and the name says so. */
export type Ground = 'https' | 'loopback-http';

/**
 * `session` opens everything that the person may do, and is never sent when another site leads here: also not for a link in an issue.
 * `reading` is sent then, and opens nothing but the page that the link leads to; what is on it comes with the other one.
 */
export type CookieKind = 'session' | 'reading' | 'signing-in';

const names: Readonly<Record<CookieKind, Readonly<Record<Ground, string>>>> = {
  session: { https: '__Host-vantage', 'loopback-http': 'vantage-loopback-without-tls' },
  reading: { https: '__Host-vantage-reading', 'loopback-http': 'vantage-reading-without-tls' },
  'signing-in': { https: '__Host-vantage-signing-in', 'loopback-http': 'vantage-signing-in-without-tls' },
};

/** A link, and the way back from a provider, are navigations from another site, on which a strict cookie is missing. */
const sameSite: Readonly<Record<CookieKind, string>> = {
  session: 'Strict',
  reading: 'Lax',
  'signing-in': 'Lax',
};

export const cookieName = (kind: CookieKind, ground: Ground): string => names[kind][ground];

/** `Set-Cookie` for a value; an empty one takes the cookie away. */
export function setCookie(kind: CookieKind, ground: Ground, value: string): string {
  return [
    `${names[kind][ground]}=${value}`,
    'Path=/',
    'HttpOnly',
    `SameSite=${sameSite[kind]}`,
    ...(ground === 'https' ? ['Secure'] : []),
    ...(value === '' ? ['Max-Age=0'] : kind === 'signing-in' ? ['Max-Age=600'] : []),
  ].join('; ');
}

/** The value of our cookie. Two of the same name are none: one of them is somebody else's. */
export function readCookie(header: string | undefined, kind: CookieKind, ground: Ground): string | undefined {
  const prefix = `${names[kind][ground]}=`;
  const values = (header ?? '')
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part.startsWith(prefix))
    .map((part) => part.slice(prefix.length));
  const [value] = values;
  return values.length === 1 && value !== undefined && /^[A-Za-z0-9_-]{43}$/.test(value) ? value : undefined;
}

export function groundOf(origin: string | undefined): Ground {
  return origin?.startsWith('https:') ? 'https' : 'loopback-http';
}
