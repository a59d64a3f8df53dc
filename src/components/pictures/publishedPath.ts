/** A path before anything is run: as the page's rows document it, or as the cause that it states would show it. */
import type { Observation } from '../../core/diagnosis/observations.ts';
import { pathState, type SegmentFinding } from '../../core/pictures/path-state.ts';
import type { PathPicture } from '../../core/pictures/path.ts';
import { asDocumented, asPredicted } from '../../core/pictures/outcome-ids.ts';
import type { PageFacts } from '../page/facts.ts';

export type PublishedPath = {
  readonly findings: readonly SegmentFinding[];
  /** The stated cause, as the lab calls it. */
  readonly causeTitle: string;
};

export function publishedPath(
  facts: PageFacts,
  picture: PathPicture,
  of: 'stated' | 'documented',
): PublishedPath {
  const { stated } = facts.writeup;
  const { predictions, conditions } = facts.lab;
  if (!stated || !predictions)
    throw new Error(
      `content/${facts.id}: a picture of a path needs \`stated\` in the front matter of index.mdx and a table predictions.yaml; one of them is missing.`,
    );
  const checks = new Map(facts.checks.map(({ check }) => [check.id, check]));
  const documented = stated.rows.flatMap((id) => checks.get(id) ?? []).map(asDocumented);
  // The documented captures are what the stated cause does not explain: its own take their place.
  const ofCause = asPredicted(predictions.conditions[stated.cause] ?? {}, checks, 'documented');
  const isCapture = ({ check }: Observation) => checks.get(check)?.effect === 'capture';
  const rows = documented.filter((row) => !isCapture(row));
  const path = pathState(picture, of === 'documented' ? documented : [...rows, ...ofCause.filter(isCapture)]);
  if (path.kind === 'refused') throw new Error(`content/${facts.id}: ${path.message}`);
  const causeTitle = conditions.find(({ name }) => name === stated.cause)?.title ?? stated.cause;
  return { findings: path.findings, causeTitle };
}
