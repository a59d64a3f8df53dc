/** The segments of the way to port 8443, and the shape of a proof. Which observation proves which is left to `packet-path-proofs.ts`. */

export type Leg = 'loopback' | 'own' | 'network' | 'rest';

export type Segment =
  | 'process'
  | 'table-local'
  | 'table-127'
  | 'table-128'
  | 'output'
  | 'lo'
  | 'loopback0'
  | 'windows'
  | 'sent-back'
  | 'input'
  | 'socket'
  | 'own-address'
  | 'from-19'
  | 'from-21'
  | 'eth2'
  | 'lan-answer'
  | 'listening';

/** A packet of the attempt passed it; it came as far as this and no further; none passed it. */
export type Claim = 'seen' | 'ended' | 'not-passed';

/** An observation that came out in one of these ways. `saying`: and whose text has these words in it. */
export type Sight = {
  readonly check: string;
  readonly outcomes: readonly string[];
  readonly saying?: string;
};

/** What all these sights together show. `unknown` proves nothing, but says more than that nobody looked. */
export type Proof = {
  readonly from: readonly Sight[];
  readonly shows: readonly {
    readonly segment: Segment;
    readonly state: Claim | 'unknown';
    readonly say: string;
  }[];
};

export const at = (check: string, ...outcomes: string[]): Sight => ({ check, outcomes });
export const show = (segment: Segment, state: Claim | 'unknown', say: string): Proof['shows'][number] => ({
  segment,
  state,
  say,
});

export const LEGS: readonly { readonly leg: Leg; readonly name: string }[] = [
  { leg: 'loopback', name: 'From .20 to 127.0.0.1:8443' },
  { leg: 'own', name: 'From .20 to its own 172.16.168.20:8443' },
  { leg: 'network', name: 'From the other machines to 172.16.168.20:8443' },
  { leg: 'rest', name: 'At rest' },
];

/** In the order of the way. `unseen` is said when no check tells anything of it. */
export const SEGMENTS: readonly {
  readonly id: Segment;
  readonly leg: Leg;
  readonly name: string;
  readonly unseen: string;
}[] = [
  { id: 'process', leg: 'loopback', name: 'The process on .20', unseen: 'No attempt was made yet.' },
  {
    id: 'table-local',
    leg: 'loopback',
    name: 'Routing table local',
    unseen: 'The kernel was not asked yet how it routes 127.0.0.1.',
  },
  {
    id: 'table-127',
    leg: 'loopback',
    name: 'Routing table 127',
    unseen: 'The kernel was not asked yet how it routes 127.0.0.1.',
  },
  {
    id: 'table-128',
    leg: 'loopback',
    name: 'Routing table 128',
    unseen: 'The kernel was not asked yet how it routes 127.0.0.1.',
  },
  {
    id: 'output',
    leg: 'loopback',
    name: 'Output filter of the guest',
    unseen: 'No capture tells yet whether a packet came out of it.',
  },
  { id: 'lo', leg: 'loopback', name: 'lo', unseen: 'No capture looked at lo yet.' },
  { id: 'loopback0', leg: 'loopback', name: 'loopback0', unseen: 'No capture tells of loopback0 yet.' },
  {
    id: 'windows',
    leg: 'loopback',
    name: 'Windows host, its loopback',
    unseen: 'No capture tells yet whether anything came as far as Windows.',
  },
  {
    id: 'sent-back',
    leg: 'loopback',
    name: 'Sent back by Windows, as it does while it holds 8443 for the guest',
    unseen: 'No capture tells yet whether Windows sent anything back.',
  },
  {
    id: 'input',
    leg: 'loopback',
    name: 'Input filter of the guest',
    unseen: 'No capture tells yet whether anything came back into the guest.',
  },
  {
    id: 'socket',
    leg: 'loopback',
    name: 'A socket on .20 takes the connection',
    unseen: 'No attempt was made yet.',
  },
  {
    id: 'own-address',
    leg: 'own',
    name: 'The whole way, whichever it is',
    unseen: 'No attempt was made yet.',
  },
  { id: 'from-19', leg: 'network', name: 'From .19 over the switch', unseen: '.19 did not try yet.' },
  { id: 'from-21', leg: 'network', name: 'From .21 over the switch', unseen: '.21 did not try yet.' },
  {
    id: 'eth2',
    leg: 'network',
    name: 'eth2',
    unseen: 'No check watches eth2: `sudo tcpdump -ni eth2 tcp port 8443` on .20 would.',
  },
  {
    id: 'lan-answer',
    leg: 'network',
    name: 'The backend answers the network',
    unseen: 'No other machine tried yet.',
  },
  {
    id: 'listening',
    leg: 'rest',
    name: 'A socket listens on port 8443',
    unseen: 'Nobody asked `ss` yet.',
  },
];

export const STATE_WORD: Readonly<Record<Claim | 'unknown', string>> = {
  seen: 'seen',
  ended: 'ended here',
  'not-passed': 'not passed',
  unknown: 'not known',
};
