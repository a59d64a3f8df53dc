/** What a request is addressed to, as RFC 9112 (3.2) says: its target in origin form, and the host that counts. Pure but for `normalizeTarget`. */
import type { IncomingMessage } from 'node:http';

export type Target = {
  /** A path with its query; `*` for a server as a whole. */
  readonly path: string;
  readonly host: string | undefined;
};

const absolute = /^https?:\/\/([^/?#]*)(.*)$/is;

/** The authority of a target in absolute form replaces the Host header. Nothing when the target has none of the forms that are answered. */
export function readTarget(target: string, host: string | undefined): Target | undefined {
  if (target.startsWith('/') || target === '*') return { path: target, host: host?.toLowerCase() };
  const [, authority = '', rest = ''] = absolute.exec(target) ?? [];
  // A user before the host could make another host of it for somebody who reads it otherwise.
  if (authority === '' || authority.includes('@')) return undefined;
  return { path: rest.startsWith('/') ? rest : `/${rest}`, host: authority.toLowerCase() };
}

/** Makes every later reader of a request see one target and one host. False when it is none that is answered; then nothing is changed. */
export function normalizeTarget(request: IncomingMessage): boolean {
  const read = readTarget(request.url ?? '', request.headers.host);
  if (read === undefined) return false;
  request.url = read.path;
  if (read.host !== undefined) request.headers.host = read.host;
  return true;
}
