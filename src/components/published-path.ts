/** The packet's way before anything is taken: as the page's rows document it, or as the cause that it states would show it. */
import type { Observation } from '../core/diagnosis-facts.ts';
import { packetPath, type SegmentFinding } from '../core/packet-path.ts';
import { asDocumented, asPredictedBySamples } from '../core/packet-path-samples.ts';
import type { PageFacts } from './facts.ts';

export type PublishedPath = {
  readonly findings: readonly SegmentFinding[];
  /** The stated cause, as the lab calls it. */
  readonly causeTitle: string;
};

export function publishedPath(facts: PageFacts, of: 'stated' | 'documented'): PublishedPath {
  const { stated } = facts.writeup;
  const { predictions, conditions } = facts.lab;
  if (!stated || !predictions)
    throw new Error(
      `content/${facts.id}: <PacketPath> needs \`stated\` in the front matter of index.mdx and a table predictions.yaml; one of them is missing.`,
    );
  const checks = new Map(facts.checks.map(({ check }) => [check.id, check]));
  const place = { provenance: 'live', condition: 'documented' } as const;
  const documented = stated.rows
    .flatMap((id) => checks.get(id) ?? [])
    .map((check) => ({ ...asDocumented(check), ...place }));
  // The documented captures are what the stated cause does not explain: its own take their place.
  const ofCause = asPredictedBySamples(predictions.conditions[stated.cause] ?? {}, checks, 'documented').map(
    (row): Observation => ({ ...row, ...place }),
  );
  const isCapture = ({ check }: Observation) => checks.get(check)?.effect === 'capture';
  const observations =
    of === 'documented'
      ? documented
      : [...documented.filter((row) => !isCapture(row)), ...ofCause.filter(isCapture)];
  const path = packetPath(observations);
  if (path.kind === 'refused') throw new Error(`content/${facts.id}: ${path.say}`);
  const causeTitle = conditions.find(({ name }) => name === stated.cause)?.title ?? stated.cause;
  return { findings: path.findings, causeTitle };
}
