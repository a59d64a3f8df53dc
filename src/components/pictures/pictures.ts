/** A picture by its name, what its components have in common, and a path before anything is run. */
import { endsOf } from '../../core/pictures/drawing.ts';
import type { Picture } from '../../core/pictures/picture.ts';
import type { PageFacts } from '../page/facts.ts';
import type { Observation } from '../../core/diagnosis/observations.ts';
import { pathState, type SegmentFinding } from '../../core/pictures/path-state.ts';
import type { PathPicture } from '../../core/pictures/path.ts';
import { asDocumented, asPredicted } from '../../core/pictures/outcome-ids.ts';

/** The picture of this name, or an error that fails the build and tells the author which there are. */
export function findPicture({ id, page, pictures }: PageFacts, name: string): Picture {
  const found = pictures.get(name);
  if (found !== undefined) return found;
  throw new Error(
    `content/${id}/${page}.mdx: expected the name of a file in content/${id}/pictures/ (${[...pictures.keys()].join(', ') || 'there is none'}), found "${name}".`,
  );
}

/** The tip of a line that arrives, in the direction of its last stretch. */
export function tip(line: string): string {
  const {
    end: [x, y],
    heading: [dx, dy],
  } = endsOf(line);
  return `M${x - dy * 5} ${y + dx * 5}L${x + dx * 7} ${y + dy * 7}L${x + dy * 5} ${y - dx * 5}Z`;
}

/** A path before anything is run: as the page's rows document it, or as the cause that it states would show it. */
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
