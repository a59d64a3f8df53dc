/** Which parts of its way a packet was seen to pass, and which it provably did not: from observations to a state of each segment. What proves what is data in `packet-path-proofs.ts`. */
import { gather, list, type Observation, unique } from './diagnosis-facts.ts';
import { PROOFS } from './packet-path-proofs.ts';
import { type Claim, type Proof, type Segment, SEGMENTS, type Sight } from './packet-path-segments.ts';

/** `unknown` is what nothing proves; its sentence says what is known all the same, or what would show it. */
export type SegmentState = Claim | 'unknown';

export type SegmentFinding = {
  readonly segment: Segment;
  readonly state: SegmentState;
  readonly say: string;
  /** The checks that say so. */
  readonly checks: readonly string[];
};

export type PacketPath =
  | { readonly kind: 'refused'; readonly say: string }
  | { readonly kind: 'told'; readonly findings: readonly SegmentFinding[] };

/** Every segment with its state, in the order of the way. `proofs` is handed in for tests alone. */
export function packetPath(
  observations: readonly Observation[],
  proofs: readonly Proof[] = PROOFS,
): PacketPath {
  const gathered = gather(observations);
  if (gathered.kind === 'refused') return gathered;
  const told = proofs.filter(({ from }) =>
    from.every((sight) => gathered.taken.some((one) => sees(sight, one))),
  );
  return {
    kind: 'told',
    findings: SEGMENTS.map(({ id, unseen }) => findingOn(id, unseen, told)),
  };
}

export function stateOf(path: PacketPath, segment: Segment): SegmentState {
  if (path.kind === 'refused') return 'unknown';
  return path.findings.find((one) => one.segment === segment)?.state ?? 'unknown';
}

function sees({ check, outcomes, saying }: Sight, observation: Observation): boolean {
  return (
    observation.check === check &&
    observation.outcome !== undefined &&
    outcomes.includes(observation.outcome) &&
    (saying === undefined || ` ${observation.says ?? ''} `.includes(` ${saying} `))
  );
}

function findingOn(segment: Segment, unseen: string, told: readonly Proof[]): SegmentFinding {
  const found = told.flatMap(({ from, shows }) =>
    shows
      .filter((one) => one.segment === segment)
      .map(({ state, say }) => ({ state, say, checks: from.map(({ check }) => check) })),
  );
  const claims = found.filter(({ state }) => state !== 'unknown');
  const states = unique(claims.map(({ state }) => state));
  const checksOf = (all: readonly { checks: readonly string[] }[]) =>
    unique(all.flatMap(({ checks }) => checks)).sort();
  const [first] = claims;
  if (states.length > 1)
    return {
      segment,
      state: 'unknown',
      say: `${list(claims.map(({ say }) => say.replace(/\.$/, '')))}: that cannot both be. Take these checks again, together.`,
      checks: checksOf(claims),
    };
  if (first !== undefined) return { segment, state: first.state, say: first.say, checks: checksOf(claims) };
  const [lead] = found;
  return lead === undefined
    ? { segment, state: 'unknown', say: unseen, checks: [] }
    : { segment, state: 'unknown', say: lead.say, checks: lead.checks };
}
