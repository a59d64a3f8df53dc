/** Faults in what a picture is drawn from: nodes in one place, lines that end at no node, and texts and segments that are not there. */
import { type Fault, unknownNames, duplicateNames } from '../check/fault.ts';
import { type Box, endsOf, type Place } from './drawing.ts';
import type { Picture } from './picture.ts';

/** All of it; `segments` are those that the picture has. */
export function drawingFaults(picture: Picture, segments: readonly string[]): Fault[] {
  const { nodes, links } = picture;
  const ids = nodes.map(({ id }) => id);
  const segmentFaults = (list: string, { segment }: { segment?: string | undefined }, index: number) =>
    unknownNames([list, index, 'segment'], 'a segment of this picture', [segment], segments);
  const end = (index: number, key: 'from' | 'to', id: string, place: Place): Fault[] => {
    const node = nodes.find((one) => one.id === id);
    if (node === undefined) return unknownNames(['links', index, key], 'the id of a node', [id], ids);
    if (isNear(node, place)) return [];
    const message = `expected a line that has an end at the node "${id}", found one at ${place.join(', ')}: move one of the two`;
    return [{ path: ['links', index, 'line'], message }];
  };
  return [
    ...textFaults(picture),
    ...duplicateNames('nodes', ids, (index) => ['nodes', index, 'id']),
    ...nodes.flatMap(({ at, id }, index) => {
      const other = nodes.findIndex((one) => one.at.join() === at.join());
      const message = `expected a place of its own for the node "${id}", found "${ids[other]}" at ${at.join(', ')} as well: move one of the two`;
      return other === index ? [] : [{ path: ['nodes', index, 'at'], message }];
    }),
    ...nodes.flatMap((node, index) => segmentFaults('nodes', node, index)),
    ...links.flatMap((link, index) => {
      const { start, end: last } = endsOf(link.line);
      return [
        ...end(index, 'from', link.from, start),
        ...end(index, 'to', link.to, last),
        ...segmentFaults('links', link, index),
      ];
    }),
  ];
}

/** Texts that follow what is not there, and what no text follows. */
function textFaults(picture: Picture): Fault[] {
  const { areas, nodes } = picture;
  const live = picture.kind === 'attempts' ? picture.live.map(({ id }) => id) : [];
  const texts = Object.entries({ areas, nodes }).flatMap(([list, boxes]) =>
    boxes.flatMap((box, at) =>
      box.texts.map((text, index) => ({ path: [list, at, 'texts', index, 'live'], name: text.live })),
    ),
  );
  return [
    ...texts.flatMap(({ path, name }) => unknownNames(path, 'the id of an entry of `live`', [name], live)),
    ...live.flatMap((id, index) => {
      const message = `expected a text with \`live: ${id}\`, found none: write it, or take this out`;
      return texts.some(({ name }) => name === id) ? [] : [{ path: ['live', index, 'id'], message }];
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
