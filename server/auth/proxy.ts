/** Mode `proxy`: a reverse proxy in front has signed people in, and names them in a header. Believed only from where the operator says. */
import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { type Mapping, nameForm, type ProxyFile } from '../identity/authSchema.ts';
import { type Peer, type Principal, anonymous, type Authenticated } from '../identity/principal.ts';
import { noRights, type Right, type Rights, withView } from '../../src/core/protocol/rights.ts';
import { visible } from '../../src/core/text/visibleText.ts';

export const rightsOf = ({ everyone, groups }: Mapping, of: readonly string[]): Rights => {
  const own = of.flatMap((group): readonly Right[] =>
    Object.hasOwn(groups, group) ? (groups[group] ?? []) : [],
  );
  return withView([...everyone, ...own]);
};

/** `file` is asked for each message, so that a changed mapping counts at once. */
export function recogniseByProxy(
  request: IncomingMessage,
  { peer, byProxySocket }: Peer,
  file: () => ProxyFile | undefined,
  now: () => number,
): Authenticated {
  const { proxy } = file() ?? {};
  if (proxy === undefined) return { kind: 'anonymous', principal: anonymous(peer), clue: '' };
  const users = request.headersDistinct[proxy.userHeader] ?? [];
  const groups = proxy.groupsHeader === undefined ? [] : (request.headersDistinct[proxy.groupsHeader] ?? []);
  // Which of two is the proxy's own, and which came from outside, nobody can tell.
  if (users.length > 1 || groups.length > 1)
    return {
      kind: 'malformed',
      principal: anonymous(peer),
      message: 'The header that says who asks came twice.',
    };
  const [user] = users.map(decodeHeader);
  if (!byProxySocket && !listed(proxy.peers, peer))
    return {
      kind: 'anonymous',
      principal: anonymous(peer),
      clue: user === undefined && groups.length === 0 ? '' : 'unlisted-proxy',
    };
  if (user === undefined) return { kind: 'anonymous', principal: anonymous(peer), clue: '' };
  if (!nameForm.test(user))
    return { kind: 'anonymous', principal: anonymous(peer), clue: 'unreadable-identity' };
  const of = decodeHeader(groups[0] ?? '')
    .split(',')
    .map((one) => one.trim());
  const until = now() + proxy.recheckMinutes * 60_000;
  const mapped = (): Rights => {
    const present = file()?.proxy;
    return present === undefined ? noRights : rightsOf(present, of);
  };
  const isOver = () => now() >= until;
  const principal: Principal = {
    ...{ id: user, name: visible(user), via: 'proxy', peer },
    rights: () => (isOver() ? noRights : mapped()),
    again: () => isOver() && mapped().has('view'),
    touch() {},
  };
  return { kind: 'known', principal };
}

/** A header's text: Node gives each byte as a character, and proxies send UTF-8. What is no UTF-8 stays as it came. */
function decodeHeader(text: string): string {
  const bytes = Buffer.from(text, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : text;
}

/** Whether one of the listed addresses and networks holds the address. An empty list holds none. */
export function listed(peers: readonly string[], address: string): boolean {
  const list = new BlockList();
  for (const peer of peers) {
    const [network = '', bits] = peer.split('/');
    const family = isIP(network) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(network, family);
    else list.addSubnet(network, Number(bits), family);
  }
  const family = isIP(address);
  return family !== 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

/** The other end's address, an IPv4 one as such also on a socket that takes both. Empty for one that has gone meanwhile. */
export const peerOf = (request: IncomingMessage): string =>
  (request.socket?.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
