/** The state of each segment of a path, from observations, and the picture after the newest runs. The proofs are data of the picture. */
import { list } from '../text/nearest.ts';
import { groupObservations, type Observation, unique, newestSource } from '../diagnosis/observations.ts';
import {
  type PathRules,
  type Proof,
  type Segment,
  type Sight,
  type SegmentState,
  segmentsOf,
  STATE_WORD,
} from './path.ts';
import type { PathView } from '../protocol/overview.ts';
import { sourceWords } from '../report/format.ts';
import { count } from '../report/units.ts';

export type SegmentFinding = {
  readonly segment: string;
  readonly state: SegmentState;
  readonly message: string;
  /** The checks that say so. */
  readonly checks: readonly string[];
};

export type PathState =
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'known'; readonly findings: readonly SegmentFinding[] };

type HoldingProof = { readonly shows: Proof['shows']; readonly checks: readonly string[] };

/** Every segment with its state, in the order of the path. The observations have ids of outcomes; those of unlike places are refused. */
export function pathState(rules: PathRules, observations: readonly Observation[]): PathState {
  const gathered = groupObservations(observations);
  if (gathered.kind === 'refused') return gathered;
  const holding = rules.proofs.flatMap(({ from, shows }): HoldingProof[] => {
    const seen = from.map((sight) => gathered.conclusive.filter((one) => isSeen(sight, one)));
    if (seen.some((those) => those.length === 0)) return [];
    return [{ shows, checks: unique(seen.flat().map(({ check }) => check)).sort() }];
  });
  return { kind: 'known', findings: segmentsOf(rules).map((segment) => findingOn(segment, holding)) };
}

export function stateOf(path: PathState, segment: string): SegmentState {
  if (path.kind === 'refused') return 'unknown';
  return path.findings.find((one) => one.segment === segment)?.state ?? 'unknown';
}

function isSeen({ checks, outcomes, saying }: Sight, { check, outcome, says = '' }: Observation): boolean {
  return (
    checks.includes(check) &&
    outcome !== undefined &&
    outcomes.includes(outcome) &&
    (saying === undefined || ` ${says} `.includes(` ${saying} `))
  );
}

function findingOn({ id: segment, unseen }: Segment, holding: readonly HoldingProof[]): SegmentFinding {
  const found = holding.flatMap(({ shows, checks }) =>
    shows.flatMap(({ segments, state, message }) =>
      segments.includes(segment) ? [{ state, message, checks }] : [],
    ),
  );
  const claims = found.filter(({ state }) => state !== 'unknown');
  const checks = unique(claims.flatMap((claim) => claim.checks)).sort();
  const [first] = claims;
  if (claims.some(({ state }) => state !== first?.state)) {
    const both = list(claims.map(({ message }) => message.replace(/\.$/, '')));
    const message = `${both}: both cannot be true. Run these checks again, together.`;
    return { segment, state: 'unknown', message, checks };
  }
  if (first !== undefined) return { segment, state: first.state, message: first.message, checks };
  return { segment, state: 'unknown', message: found[0]?.message ?? unseen, checks: found[0]?.checks ?? [] };
}

/** From the place of the newest observation; undefined where there is none. The observations have ids of outcomes, newest first. */
export function pathView(rules: PathRules, observations: readonly Observation[]): PathView | undefined {
  const { kept, leftOut } = newestSource(observations);
  const path = pathState(rules, kept);
  const [first] = kept;
  if (first === undefined || first.source === 'pasted' || path.kind === 'refused') return undefined;
  return {
    kind: 'path',
    segments: path.findings.map(({ segment, state, message, checks }) => ({
      ...{ segment, state, word: STATE_WORD[state], message },
      checks: [...checks],
    })),
    source: first.source,
    from: lastRunsText(kept, leftOut) ?? '',
  };
}

/** Which runs a picture or a diagnosis is made from; undefined without any. */
export function lastRunsText(kept: readonly Observation[], leftOut: readonly string[]): string | undefined {
  const [first] = kept;
  if (first === undefined) return undefined;
  const from = first.source === 'recording' ? 'From recordings' : 'From the last runs';
  const rest = leftOut.length === 0 ? '' : ` ${leftOut.length} older results from elsewhere are not used.`;
  return `${from} (${count(kept.length, 'check')}, ${sourceWords(first)}).${rest}`;
}
