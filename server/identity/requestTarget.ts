/** The target and host of a request (RFC 9112, 3.2). */
import type { IncomingMessage } from 'node:http';
import { withoutBase } from '../../src/core/text/base.ts';

export type Target = {
  /** A path with its query; `*` for a server as a whole. */
  readonly path: string;
  readonly host: string | undefined;
};

const absolute = /^https?:\/\/([^/?#]*)(.*)$/is;

/** A target in absolute form replaces the Host header. Undefined for an unknown form. */
export function readTarget(target: string, host: string | undefined): Target | undefined {
  if (target.startsWith('/') || target === '*') return { path: target, host: host?.toLowerCase() };
  const [, authority = '', rest = ''] = absolute.exec(target) ?? [];
  // With a user before it, other readers could see another host.
  if (authority === '' || authority.includes('@')) return undefined;
  return { path: rest.startsWith('/') ? rest : `/${rest}`, host: authority.toLowerCase() };
}

/** Makes all later readers of the request see one target, without the base, and one host. False, without a change, for an unknown form. */
export function normalizeTarget(request: IncomingMessage, base: string): boolean {
  const read = readTarget(request.url ?? '', request.headers.host);
  if (read === undefined) return false;
  request.url = withoutBase(base, read.path);
  if (read.host !== undefined) request.headers.host = read.host;
  return true;
}
