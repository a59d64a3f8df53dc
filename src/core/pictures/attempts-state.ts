/** How each attempt of a picture is drawn, from observations: how it ended, and by which way where the path shows it. */
import type { Check } from '../check/check.ts';
import type { Observation } from '../diagnosis/observations.ts';
import { never } from '../vocabulary.ts';
import type { AttemptsPicture, Ending } from './attempts.ts';
import type { PathRules } from './path.ts';
import { pathState, type PathState, stateOf } from './path-state.ts';
import { asDocumented } from './outcome-ids.ts';

/** The ending of an outcome that the picture does not name, or of another version of the check. */
export const OTHERWISE: Ending = {
  ...{ id: 'otherwise', message: 'came out otherwise', sign: 'query', tone: 'bad', outcomes: [] },
};
export const UNKNOWN_WAY = 'unknown';

export type AttemptRules = Pick<AttemptsPicture['attempts'][number], 'check' | 'way'> & {
  readonly documented: Ending;
  readonly result: string;
};
export type AttemptsRules = Pick<AttemptsPicture, 'path' | 'endings' | 'ways' | 'unseen' | 'live'> & {
  readonly attempts: readonly AttemptRules[];
  /** What the live texts say as built, by their ids. */
  readonly published: Readonly<Record<string, string>>;
};

export type Trail =
  | { readonly at: 'documented' }
  | { readonly at: 'inconclusive' }
  | { readonly at: 'observed'; readonly ending: Ending; readonly differs: boolean; readonly way: string };

export function attemptsRules(picture: AttemptsPicture, checks: ReadonlyMap<string, Check>): AttemptsRules {
  const { path, endings, ways, unseen, live } = picture;
  const attempts = picture.attempts.flatMap(({ check: id, way }) => {
    const check = checks.get(id);
    if (check === undefined) return [];
    const documented = endingOf(endings, asDocumented(check).outcome);
    return [{ check: id, way, documented, result: check.documented.value }];
  });
  const texts = [...picture.areas, ...picture.nodes].flatMap((box) => box.texts);
  const published = Object.fromEntries(texts.map(({ live: id = '', text }) => [id, text]));
  return { path, endings, ways, unseen, live, attempts, published };
}

function endingOf(endings: readonly Ending[], outcome: string | undefined): Ending {
  return endings.find(({ outcomes }) => outcome !== undefined && outcomes.includes(outcome)) ?? OTHERWISE;
}

/** The state of the path in the place and condition of this run. */
export function pathNear(
  path: PathRules | undefined,
  run: Observation,
  observations: readonly Observation[],
): PathState {
  const near = observations.filter(
    ({ source, condition }) => source === run.source && condition === run.condition,
  );
  return pathState(path ?? { legs: [], proofs: [] }, near);
}

/** `observations` are the newest of each check, with ids of outcomes. */
export function trailOf(
  { endings, ways }: AttemptsRules,
  { check, way }: AttemptRules,
  path: PathRules | undefined,
  observations: readonly Observation[],
): Trail {
  const run = observations.find((one) => one.check === check);
  if (run === undefined) return { at: 'documented' };
  if (run.verdict === 'inconclusive') return { at: 'inconclusive' };
  const ending = endingOf(endings, run.outcome);
  const shown = pathNear(path, run, observations);
  const found =
    way === undefined ? undefined : ways.find(({ when }) => stateOf(shown, when.segment) === when.state);
  // A way that does not fit the ending comes from another run: then none is drawn.
  const fits = found?.endings?.includes(ending.id) ?? true;
  return {
    ...{ at: 'observed', ending, differs: run.verdict === 'differs' },
    way: found !== undefined && fits ? found.id : UNKNOWN_WAY,
  };
}

/** Which of the lines of an attempt is shown: how far it goes, and by which way. */
export function drawingOf(trail: Trail, { documented, way = UNKNOWN_WAY }: AttemptRules): string {
  switch (trail.at) {
    case 'inconclusive':
      return 'begun';
    case 'documented':
      return lineFor(documented, way);
    case 'observed':
      return lineFor(trail.ending, trail.way);
    default:
      return never(trail);
  }
}

export const lineFor = ({ sign }: Ending, way: string): string =>
  `${sign === 'arrow' ? 'through' : 'stopped'}-${way}`;

/** What a line of a picture is drawn for, by the name that `drawingOf` gives. */
export function lineName(line: AttemptsPicture['attempts'][number]['lines'][number]): string {
  return line.shows === 'begun' ? line.shows : `${line.shows}-${line.way ?? UNKNOWN_WAY}`;
}
