/** Mode `proxy`: a reverse proxy signs people in and names them in a header. Trusted only from the peers in the auth file. */
import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { type Mapping, nameForm, type ProxyFile } from '../identity/authSchema.ts';
import {
  type Authenticated,
  known,
  malformed,
  type Peer,
  principalOf,
  unknown,
} from '../identity/principal.ts';
import { noRights, type Right, type Rights, withView } from '../../src/core/protocol/rights.ts';
import { visible } from '../../src/core/text/visibleText.ts';

export const rightsOf = ({ everyone, groups }: Mapping, of: readonly string[]): Rights => {
  const own = of.flatMap((group): readonly Right[] =>
    Object.hasOwn(groups, group) ? (groups[group] ?? []) : [],
  );
  return withView([...everyone, ...own]);
};

/** `file` is read for each message, so that a changed mapping applies at once. */
export function identifyByProxy(
  request: IncomingMessage,
  { peer, connection, byProxySocket }: Peer,
  file: () => ProxyFile | undefined,
  now: () => number,
): Authenticated {
  const { proxy } = file() ?? {};
  if (proxy === undefined) return unknown(peer);
  const users = request.headersDistinct[proxy.userHeader] ?? [];
  const groups = proxy.groupsHeader === undefined ? [] : (request.headersDistinct[proxy.groupsHeader] ?? []);
  // Nobody can tell which of two is the proxy's own.
  if (users.length > 1 || groups.length > 1)
    return malformed(peer, 'The header that names the user was sent twice.');
  const [user] = users.map(decodeHeader);
  if (!byProxySocket && !isListed(proxy.peers, connection))
    return unknown(peer, user === undefined && groups.length === 0 ? '' : 'unlisted-proxy');
  if (user === undefined) return unknown(peer);
  if (!nameForm.test(user)) return unknown(peer, 'unreadable-identity');
  const of = decodeHeader(groups[0] ?? '')
    .split(',')
    .map((one) => one.trim());
  const until = now() + proxy.recheckMinutes * 60_000;
  const isOver = () => now() >= until;
  const mapped = (): Rights => {
    const mapping = file()?.proxy;
    return mapping === undefined ? noRights : rightsOf(mapping, of);
  };
  const grant = { id: user, name: visible(user), rights: () => (isOver() ? noRights : mapped()) };
  const canReauthenticate = () => isOver() && mapped().has('view');
  return known({ ...principalOf('proxy', peer, grant), canReauthenticate });
}

/** Node decodes headers as Latin-1, and proxies send UTF-8. Anything else stays as it is. */
function decodeHeader(text: string): string {
  const bytes = Buffer.from(text, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : text;
}

/** Whether an address is one of these, or in one of these networks. */
export function listOf(peers: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const peer of peers) {
    const [network = '', bits] = peer.split('/');
    const family = isIP(network) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(network, family);
    else list.addSubnet(network, Number(bits), family);
  }
  return (address) => {
    const family = isIP(address);
    return family !== 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4');
  };
}

export const isListed = (peers: readonly string[], address: string): boolean => listOf(peers)(address);

/** The address at the other end of the connection; an IPv4 address without its IPv6 prefix. Empty once the connection has closed. */
export const connectionOf = (request: IncomingMessage): string =>
  (request.socket?.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');

/**
 * The address of whoever sent a request, for limits and the audit log. Of a proxy in `trusted`: the last address in its
 * `X-Forwarded-For` that is no such proxy, since what stands before that anybody can have written.
 */
export function peerBehind(trusted: readonly string[]): (request: IncomingMessage) => string {
  const isTrusted = listOf(trusted);
  return (request) => {
    const connection = connectionOf(request);
    if (!isTrusted(connection)) return connection;
    const chain = (request.headersDistinct['x-forwarded-for'] ?? []).join(',').split(',');
    const client = chain.map((one) => one.trim()).findLast((one) => !isTrusted(one)) ?? '';
    return isIP(client) === 0 ? connection : client;
  };
}
