/** What is proved about the ways other than that to 127.0.0.1: the own address, the network, and the socket itself. */
import { at, type Proof, show } from './packet-path-segments.ts';

const own: readonly Proof[] = [
  {
    from: [at('self-own-address', '6', '7')],
    shows: [
      show(
        'own-address',
        'seen',
        'It was answered. By lo, or by eth2 and Windows: no check watches that; `ip route show table 128` would tell.',
      ),
    ],
  },
  {
    from: [at('self-own-address', '1', '2', '3', '5')],
    shows: [
      show(
        'own-address',
        'not-passed',
        'curl on .20 got no connection. Where it ended no check watches; `ip route show table 128` would tell.',
      ),
    ],
  },
  {
    from: [at('self-own-address', '4', '8', '9')],
    shows: [show('own-address', 'unknown', 'A connection was made, and it came to nothing.')],
  },
];

const network: readonly Proof[] = (
  [
    ['manager-to-backend', 'from-19', '.19'],
    ['curl-from-manager', 'from-19', '.19'],
    ['frontend-to-backend', 'from-21', '.21'],
  ] as const
).flatMap(([check, segment, name]): Proof[] => [
  {
    from: [at(check, '1', '2', '3', '4', '7', '8', '9')],
    shows: [show(segment, 'seen', `An answer came back from 172.16.168.20:8443 to ${name}.`)],
  },
  {
    from: [at(check, '5', '6')],
    shows: [show(segment, 'unknown', `${name} tried, and nothing came back. Where it ended is not told.`)],
  },
  {
    from: [at(check, '1', '2', '3')],
    shows: [
      show(
        'eth2',
        'unknown',
        'The answer shows that 172.16.168.20:8443 can be reached. That it came in by eth2 no check watches: `sudo tcpdump -ni eth2 tcp port 8443` on .20 would.',
      ),
    ],
  },
  { from: [at(check, '1')], shows: [show('lan-answer', 'seen', 'It answered over TLS with 200.')] },
  {
    from: [at(check, '2', '3', '7', '8', '9')],
    shows: [show('lan-answer', 'unknown', 'A connection was made, and it did not end with 200.')],
  },
  {
    from: [at(check, '4')],
    shows: [show('lan-answer', 'not-passed', `The connection from ${name} was refused.`)],
  },
]);

const rest: readonly Proof[] = [
  {
    from: [at('ss-listen', '1', '2')],
    shows: [show('listening', 'seen', 'A socket listens on port 8443 of every IPv4 address.')],
  },
  {
    from: [at('ss-listen', '3')],
    shows: [show('listening', 'seen', 'A socket listens on port 8443 of a loopback address only.')],
  },
  {
    from: [at('ss-listen', '4')],
    shows: [
      show('listening', 'seen', 'A socket listens on 172.16.168.20:8443 only; nothing listens on 127.0.0.1.'),
    ],
  },
  {
    from: [at('ss-listen', '5')],
    shows: [show('listening', 'unknown', 'A socket of IPv6 listens; whether it takes IPv4 is not told.')],
  },
  {
    from: [at('ss-listen', '6')],
    shows: [show('listening', 'not-passed', 'Nothing listens on port 8443.')],
  },
];

export const otherProofs: readonly Proof[] = [...own, ...network, ...rest];
