/** Faults in a picture that its schema cannot see: names that lead nowhere, and what would be drawn in one place or not at all. */
import type { Check } from '../check.ts';
import type { Fault } from '../lint.ts';
import type { AttemptsPicture } from './attempts.ts';
import { attemptsFaults } from './attempts-faults.ts';
import { type Box, endsOf, type Place } from './drawing.ts';
import { named, twice } from './named.ts';
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

function drawingFaults(
  { nodes, links }: PathPicture | AttemptsPicture,
  segments: readonly string[],
): Fault[] {
  const ids = nodes.map(({ id }) => id);
  const lights = (list: string, { segment }: { segment?: string | undefined }, index: number) =>
    segment === undefined
      ? []
      : named([list, index, 'segment'], 'a segment of this picture', [segment], segments);
  const end = (index: number, key: 'from' | 'to', id: string, place: Place): Fault[] => {
    const node = nodes.find((one) => one.id === id);
    if (node === undefined) return named(['links', index, key], 'the id of a node', [id], ids);
    if (isNear(node, place)) return [];
    const say = `expected a line that has an end at the node "${id}", found one at ${place.join(', ')}: move one of the two`;
    return [{ path: ['links', index, 'line'], say }];
  };
  return [
    ...twice(['nodes'], 'nodes', ids),
    ...nodes.flatMap(({ at, id }, index) => {
      const other = nodes.findIndex((one) => one.at.join() === at.join());
      const say = `expected a place of its own for the node "${id}", found "${ids[other]}" at ${at.join(', ')} as well: move one of the two`;
      return other === index ? [] : [{ path: ['nodes', index, 'at'], say }];
    }),
    ...nodes.flatMap((node, index) => lights('nodes', node, index)),
    ...links.flatMap((link, index) => {
      const { start, end: last } = endsOf(link.line);
      return [
        ...end(index, 'from', link.from, start),
        ...end(index, 'to', link.to, last),
        ...lights('links', link, index),
      ];
    }),
  ];
}

/** How far from the edge of its node a line may end. */
const GAP = 8;
function isNear({ at, size }: Box, place: Place): boolean {
  return ([0, 1] as const).every((axis) => {
    const inside = place[axis] - at[axis];
    return inside >= -GAP && inside <= size[axis] + GAP;
  });
}

function pathFaults(picture: PathPicture, segments: readonly string[], { checks }: Known): Fault[] {
  const drawn = [...picture.nodes, ...picture.links].map(({ segment }) => segment);
  return [
    ...twice(['legs'], 'segments', segments),
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

/** Outcomes that the check does not have, `otherwise` apart. A check that is not there is a fault of its own. */
export function outcomeFaults(
  path: Fault['path'],
  found: readonly string[],
  check: Check | undefined,
): Fault[] {
  if (check === undefined) return [];
  const ids = check.outcomes.flatMap(({ id }) => id ?? []);
  return named(path, `the \`id\` of an outcome of ${check.id}`, found, [...ids, 'otherwise']);
}
