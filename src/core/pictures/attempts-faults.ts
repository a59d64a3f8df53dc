/** Faults of a picture of attempts: names that lead nowhere, and ends and ways for which an attempt has no line. */
import type { Check } from '../check/check.ts';
import { type Fault, unknownNames, duplicateNames } from '../check/fault.ts';
import type { AttemptsPicture, LiveText } from './attempts.ts';
import { lineFor, lineName, OTHERWISE, UNKNOWN_WAY } from './attempts-state.ts';
import type { Known } from './picture.ts';
import { outcomeFaults } from './outcome-ids.ts';
import { segmentsOf } from './segments.ts';

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
