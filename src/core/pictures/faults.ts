/** Faults in a picture that its schema cannot see: names that lead nowhere, and what would be drawn in one place or not at all. */
import type { Check } from '../check.ts';
import type { Fault } from '../lint.ts';
import { attemptsFaults } from './attempts-faults.ts';
import { drawingFaults } from './drawing-faults.ts';
import { named, twice } from '../named.ts';
import { outcomeFaults } from './outcome-ids.ts';
import { type PathPicture, segmentsOf } from './path.ts';
import type { Picture, Pictures } from './picture.ts';

/** What a picture may name: the writeup's checks, its other pictures, and its roles. */
export type Known = {
  readonly checks: ReadonlyMap<string, Check>;
  readonly pictures: Pictures;
  readonly roles: readonly string[];
};

/** All faults of one picture; an empty list is a sound one. */
export function pictureFaults(picture: Picture, known: Known): readonly Fault[] {
  const segments = picture.kind === 'path' ? segmentsOf(picture).map(({ id }) => id) : [];
  return [
    ...drawingFaults(picture, segments),
    ...(picture.kind === 'path' ? pathFaults(picture, segments, known) : attemptsFaults(picture, known)),
  ];
}

function pathFaults(picture: PathPicture, segments: readonly string[], { checks }: Known): Fault[] {
  const drawn = [...picture.nodes, ...picture.links].map(({ segment }) => segment);
  return [
    ...twice('segments', segments, () => ['legs']),
    ...picture.legs.flatMap((leg, at) =>
      leg.segments.flatMap(({ id }, index) => {
        const say = `expected a node or a link with \`segment: ${id}\`, found none: draw it, or take it out`;
        return drawn.includes(id) ? [] : [{ path: ['legs', at, 'segments', index, 'id'], say }];
      }),
    ),
    ...picture.proofs.flatMap(({ from, shows }, proof) => [
      ...from.flatMap((sight, index) => {
        const path = ['proofs', proof, 'from', index];
        return [
          ...named([...path, 'checks'], 'the id of a check', sight.checks, checks.keys()),
          ...sight.checks.flatMap((id) =>
            outcomeFaults([...path, 'outcomes'], sight.outcomes, checks.get(id)),
          ),
        ];
      }),
      ...shows.flatMap((show, index) =>
        named(
          ['proofs', proof, 'shows', index, 'segments'],
          'a segment of this picture',
          show.segments,
          segments,
        ),
      ),
    ]),
  ];
}
