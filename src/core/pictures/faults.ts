/** Faults in a picture that its schema cannot see: names that lead nowhere, and what would be drawn in one place or not at all. */
import { type Fault, unknownNames, duplicateNames } from '../check/fault.ts';
import { outcomeFaults } from './outcome-ids.ts';
import { type PathPicture, segmentsOf } from './path.ts';
import type { Known, Picture } from './picture.ts';
import { type Box, endsOf, type Place } from './drawing.ts';
import type { Check } from '../check/check.ts';
import type { AttemptsPicture, LiveText } from './attempts.ts';
import { lineFor, lineName, OTHERWISE, UNKNOWN_WAY } from './attempts-state.ts';

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

/** Faults of a picture of attempts: names that lead nowhere, and ends and ways for which an attempt has no line. */
export function attemptsFaults(picture: AttemptsPicture, { checks, pictures, roles }: Known): Fault[] {
  const paths = [...pictures].flatMap(([name, one]) => (one.kind === 'path' ? [name] : []));
  const path = pictures.get(picture.path ?? '');
  const segments = path?.kind === 'path' ? idsOf(segmentsOf(path)) : [];
  const ways = idsOf(picture.ways);
  const endings = idsOf([...picture.endings, OTHERWISE]);
  const attempted = picture.attempts.map(({ check }) => check);
  const outcomes = attempted.flatMap((id) => checks.get(id)?.outcomes.flatMap((one) => one.id ?? []) ?? []);
  // A path that is not there is a fault of its own.
  const segment = (at: Fault['path'], name: string) =>
    picture.path !== undefined && path?.kind !== 'path'
      ? []
      : unknownNames([...at, 'segment'], 'a segment of the picture that `path` names', [name], segments);
  return [
    ...unknownNames(['path'], 'the name of a picture of a path', [picture.path], paths),
    ...repeated('endings', endings),
    ...repeated('ways', [...ways, UNKNOWN_WAY]),
    ...repeated('attempts', attempted),
    ...repeated('live', idsOf(picture.live)),
    ...picture.endings.flatMap((one, index) =>
      unknownNames(
        ['endings', index, 'outcomes'],
        'the `id` of an outcome of an attempt',
        one.outcomes,
        outcomes,
      ),
    ),
    ...picture.ways.flatMap(({ when, endings: fitting = [] }, index) => [
      ...segment(['ways', index, 'when'], when.segment),
      ...unknownNames(['ways', index, 'endings'], 'the id of an ending', fitting, endings),
    ]),
    ...picture.attempts.flatMap((attempt, index) => {
      const at = ['attempts', index];
      return [
        ...unknownNames([...at, 'check'], 'the id of a check', [attempt.check], checks.keys()),
        ...unknownNames([...at, 'way'], 'the id of a way', [attempt.way], ways),
        ...lineFaults(picture, attempt).map((message) => ({ path: [...at, 'lines'], message })),
      ];
    }),
    ...picture.live.flatMap((text, index) =>
      liveFaults(['live', index], text, { checks, roles, attempted }, segment),
    ),
  ];
}

const idsOf = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id);
const repeated = (list: string, ids: readonly string[]) =>
  duplicateNames(list, ids, (index) => [list, index]);

type Attempt = AttemptsPicture['attempts'][number];
/** Every end of it that can be, by every way that it may take, has one line, and no other has. */
function lineFaults({ ways, endings }: AttemptsPicture, { way, lines }: Attempt): string[] {
  const linesFor = (way: string, fitting?: readonly string[]) => {
    const those = [...endings, OTHERWISE].filter(({ id }) => fitting?.includes(id) ?? true);
    return [...new Set(those.map((ending) => lineFor(ending, way)))];
  };
  const byWay = way === undefined ? [] : ways.flatMap((one) => linesFor(one.id, one.endings));
  const possible = ['begun', ...linesFor(UNKNOWN_WAY), ...byWay];
  const drawn = lines.map(lineName);
  return [
    ...possible.filter((one) => !drawn.includes(one)).map((one) => `expected a line for ${one}, found none`),
    ...drawn
      .filter((one, index) => !possible.includes(one) || drawn.indexOf(one) !== index)
      .map((one) => `expected one line for each of ${possible.join(', ')}; found ${one} besides`),
  ];
}

function liveFaults(
  at: Fault['path'],
  text: LiveText,
  known: { checks: ReadonlyMap<string, Check>; roles: readonly string[]; attempted: readonly string[] },
  segment: (at: Fault['path'], name: string) => Fault[],
): Fault[] {
  if (text.shows === 'machine')
    return unknownNames([...at, 'role'], 'a role of `roles`', [text.role], known.roles);
  if (text.shows === 'observed')
    return [
      ...unknownNames([...at, 'check'], 'the id of a check', [text.check], known.checks.keys()),
      ...outcomeFaults([...at, 'outcomes'], text.outcomes, known.checks.get(text.check)),
    ];
  return [
    ...unknownNames([...at, 'attempt'], 'the check of an attempt', [text.attempt], known.attempted),
    ...text.states.flatMap((one, index) => segment([...at, 'states', index], one.segment)),
  ];
}
