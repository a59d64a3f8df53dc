/** What each way of coming out proves about the packet's way, and no more than that. An outcome is named by its place in its check. */
import { otherProofs } from './packet-path-proofs-other.ts';
import { at, type Proof, type Segment, show } from './packet-path-segments.ts';

const tried = (check: string, ...outcomes: string[]): Proof => ({
  from: [at(check, ...outcomes)],
  shows: [show('process', 'seen', 'curl on .20 tried to connect.')],
});

const noInterface = (how: string): Proof['shows'] => [
  show(
    'output',
    'ended',
    `${how} inside Linux: the capture saw its canaries, and no packet on any interface.`,
  ),
  ...nowhere,
];
const nowhere: Proof['shows'] = [
  show('lo', 'not-passed', 'A capture on all interfaces saw its canary on lo, and no packet of the attempt.'),
  show(
    'loopback0',
    'not-passed',
    'A capture on all interfaces saw its canaries, and no packet of the attempt.',
  ),
  show('windows', 'not-passed', 'No packet of the attempt left the guest.'),
  show('sent-back', 'not-passed', 'No packet came back, for none went out.'),
  show('input', 'not-passed', 'No packet came in on any interface.'),
];

const wentOut: Proof['shows'] = [
  show('output', 'seen', 'A packet of the attempt came out of it: it was seen on an interface.'),
  show('loopback0', 'seen', 'The attempt was seen on loopback0.'),
];
const neverSentBack = (say: string): Proof['shows'][number] => show('sent-back', 'not-passed', say);

/** The route lookup asks as for UDP, and TCP has rules of its own: so it names tables, and never an interface of the packet. */
const lookup = (table: Segment, saying: string): Proof => ({
  from: [{ check: 'route-lookup', outcomes: ['1', '2', '3', '4'], saying }],
  shows: (['table-local', 'table-127', 'table-128'] as const).map((one) =>
    one === table
      ? show(one, 'seen', 'Asked for 127.0.0.1, the kernel answers out of this table (a lookup as for UDP).')
      : show(
          one,
          'not-passed',
          'Asked for 127.0.0.1, the kernel answers out of another table (a lookup as for UDP).',
        ),
  ),
});

const loopback: readonly Proof[] = [
  tried('self-loopback', '1', '2', '3', '4', '5', '6', '7', '8', '9'),
  tried('tcpdump-lo', '1', '2', '3', '4', '5', '6'),
  tried('tcpdump-any', '1', '2', '3', '4', '5', '6', '7', '8', 'otherwise'),
  lookup('table-local', 'table local'),
  lookup('table-127', 'table 127'),
  lookup('table-128', 'table 128'),
  {
    from: [at('tcpdump-lo', '1', '2', '3', '4')],
    shows: [
      show(
        'lo',
        'not-passed',
        'A capture on lo saw its canaries, and no packet of the attempt between them.',
      ),
    ],
  },
  {
    from: [at('tcpdump-lo', '5', '6')],
    shows: [
      show('lo', 'seen', 'A capture on lo saw the attempt.'),
      show('output', 'seen', 'A packet of the attempt came out of it: it was seen on lo.'),
    ],
  },
  { from: [at('tcpdump-any', '1')], shows: noInterface('Refused') },
  { from: [at('tcpdump-any', '2')], shows: noInterface('Dropped') },
  { from: [at('tcpdump-any', '3')], shows: nowhere },
  {
    // Two packets are the attempt and its refusal. Were the attempt sent back first, there would be more.
    from: [{ check: 'tcpdump-any', outcomes: ['4'], saying: '2 packets' }],
    shows: [
      show('windows', 'ended', 'One packet went out, and the refusal came in by loopback0: Windows refused.'),
      neverSentBack(
        'Windows did not send it back. That it does not hold the port is likely, and not shown by a refusal.',
      ),
      show('input', 'not-passed', 'Only the refusal came in.'),
    ],
  },
  {
    from: [at('tcpdump-any', '4')],
    shows: [
      ...wentOut,
      show(
        'windows',
        'unknown',
        'The refusal came in by loopback0. Among so many packets it may be one of the guest’s own that came back.',
      ),
    ],
  },
  {
    from: [at('tcpdump-any', '5', '6')],
    shows: [
      ...wentOut,
      show('windows', 'seen', 'The packet went out by loopback0 and came back by it.'),
      show(
        'sent-back',
        'seen',
        'The packet came back by loopback0, as it does while Windows holds the port.',
      ),
    ],
  },
  {
    from: [at('tcpdump-any', '5')],
    shows: [
      show('input', 'seen', 'What came in by loopback0 was answered.'),
      show('socket', 'seen', 'The packet came back by loopback0, and the connection was answered.'),
    ],
  },
  {
    from: [at('tcpdump-any', '6')],
    shows: [
      show(
        'input',
        'unknown',
        'The packet came back as far as here and the connection failed: a rule refuses or drops it, or its answer was lost. `sudo nft list ruleset` would tell.',
      ),
    ],
  },
  {
    from: [at('tcpdump-any', '7')],
    shows: [
      ...wentOut,
      show('windows', 'unknown', 'The packet left by loopback0, and nothing tells what became of it.'),
      neverSentBack('The capture saw no packet come back by loopback0.'),
    ],
  },
  {
    from: [at('tcpdump-any', '8')],
    shows: [
      show('output', 'seen', 'A packet of the attempt came out of it: it was seen on lo.'),
      show('lo', 'seen', 'A capture on all interfaces saw the attempt on lo.'),
      show('loopback0', 'not-passed', 'A capture on all interfaces saw the attempt, and not on loopback0.'),
      show('windows', 'not-passed', 'The attempt did not leave by loopback0.'),
      neverSentBack('The attempt did not leave by loopback0.'),
    ],
  },
  {
    from: [{ check: 'tcpdump-any', outcomes: ['otherwise'] }],
    shows: [show('output', 'seen', 'A packet of the attempt came out of it: it was seen on an interface.')],
  },
  {
    from: [at('self-loopback', '1', '2', '3', '5')],
    shows: [show('socket', 'not-passed', 'curl on .20 got no connection.')],
  },
  {
    from: [at('self-loopback', '4', '6', '7', '8', '9')],
    shows: [
      show(
        'socket',
        'unknown',
        'Something took the connection. That it is a socket of .20 a capture has to show.',
      ),
    ],
  },
  ...(['tcpdump-lo', 'tcpdump-any'] as const).map((check): Proof => ({
    from: [at('self-loopback', '6'), at(check, check === 'tcpdump-lo' ? '6' : '8')],
    shows: [
      show('input', 'seen', 'The attempt stayed on lo, and was answered with 200.'),
      show('socket', 'seen', 'The attempt stayed on lo, and was answered with 200.'),
    ],
  })),
];

export const PROOFS: readonly Proof[] = [...loopback, ...otherProofs];
