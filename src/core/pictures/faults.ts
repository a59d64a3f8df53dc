/** Faults in a picture that its schema cannot see: names that lead nowhere, and what would be drawn in one place or not at all. */
import { type Fault, unknownNames, duplicateNames } from '../check/fault.ts';
import { attemptsFaults } from './attempts-faults.ts';
import { drawingFaults } from './drawing-faults.ts';
import { outcomeFaults } from './outcome-ids.ts';
import type { PathPicture } from './path.ts';
import { segmentsOf } from './segments.ts';
import type { Known, Picture } from './picture.ts';

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
    ...duplicateNames('segments', segments, () => ['legs']),
    ...picture.legs.flatMap((leg, at) =>
      leg.segments.flatMap(({ id }, index) => {
        const message = `expected a node or a link with \`segment: ${id}\`, found none: draw it, or take it out`;
        return drawn.includes(id) ? [] : [{ path: ['legs', at, 'segments', index, 'id'], message }];
      }),
    ),
    ...picture.proofs.flatMap(({ from, shows }, proof) => [
      ...from.flatMap((sight, index) => {
        const path = ['proofs', proof, 'from', index];
        return [
          ...unknownNames([...path, 'checks'], 'the id of a check', sight.checks, checks.keys()),
          ...sight.checks.flatMap((id) =>
            outcomeFaults([...path, 'outcomes'], sight.outcomes, checks.get(id)),
          ),
        ];
      }),
      ...shows.flatMap((show, index) =>
        unknownNames(
          ['proofs', proof, 'shows', index, 'segments'],
          'a segment of this picture',
          show.segments,
          segments,
        ),
      ),
    ]),
  ];
}
