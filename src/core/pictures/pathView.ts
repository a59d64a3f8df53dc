/** A picture of a path after the newest runs: every segment with its state, and the runs that it comes from. */
import type { Observation } from '../diagnosis/observations.ts';
import { newestSource } from '../diagnosis/predicted.ts';
import type { PathView } from '../protocol/overview.ts';
import { lastRunsText } from './lastRunsText.ts';
import { pathState } from './path-state.ts';
import type { PathRules } from './path.ts';
import { STATE_WORD } from './segments.ts';

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
