/** A picture of attempts after the newest runs: the line of each, the words beside it, and the live texts. */
import type { Observation } from '../diagnosis/observations.ts';
import type { EndedRun } from '../protocol/down.ts';
import type { AttemptsView, AttemptView } from '../protocol/overview.ts';
import { isDocumentedCondition, SOURCE_WORDS, sourceWords, utc } from '../report/format.ts';
import {
  type AttemptRules,
  type AttemptsRules,
  drawingOf,
  type Trail,
  trailOf,
  pathNear,
} from './attempts-state.ts';
import type { PictureRules } from './picture.ts';
import type { Judgement } from '../run/judgement.ts';
import { never, type ProblemKind, type ResultSource } from '../vocabulary.ts';
import type { LiveText } from './attempts.ts';
import type { PathRules } from './path.ts';
import { stateOf } from './path-state.ts';

export const AS_BUILT = 'As documented: nothing has run yet.';

/** `runs` are the newest of each check, newest first, and `observations` the same with ids of outcomes. */
export function attemptsView(
  rules: AttemptsRules,
  { paths, machines }: Pick<PictureRules, 'paths' | 'machines'>,
  runs: readonly EndedRun[],
  observations: readonly Observation[],
): AttemptsView {
  const path = paths[rules.path ?? ''];
  const runOf = (check: string) => runs.find((run) => run.check === check);
  const attempted = rules.attempts.flatMap(({ check }) => runOf(check) ?? []);
  return {
    kind: 'attempts',
    attempts: rules.attempts.map((attempt) =>
      viewOf(rules, attempt, trailOf(rules, attempt, path, observations), runOf(attempt.check)),
    ),
    texts: Object.fromEntries(
      rules.live.map((text) => [
        text.id,
        liveText(text, path, machines, { runs, observations }) ?? rules.published[text.id] ?? '',
      ]),
    ),
    from: fromText(attempted, rules.attempts.length),
  };
}

function viewOf(
  rules: AttemptsRules,
  attempt: AttemptRules,
  trail: Trail,
  run: EndedRun | undefined,
): AttemptView {
  const { check, documented, result } = attempt;
  const drawn = {
    check,
    at: trail.at,
    differs: trail.at === 'observed' && trail.differs,
    line: drawingOf(trail, attempt),
  };
  if (run === undefined || trail.at === 'documented')
    return { ...drawn, sign: documented.sign, tone: documented.tone, message: `documented: ${result}` };
  const { judgement, source } = run;
  const said = (word: string) => (source === 'recording' ? `recording: ${word}` : word);
  const ran = { ...drawn, source, title: titleOf(rules, attempt, trail, run) };
  if (trail.at === 'inconclusive')
    return {
      ...{ ...ran, sign: 'query', tone: 'unsure', word: said('inconclusive') },
      message: judgement.problem?.message ?? judgement.observed,
    };
  const { sign, tone, message: word } = trail.ending;
  const ended = { ...ran, sign, tone, word: said(word) };
  if (!trail.differs) return ended;
  return {
    ...{ ...ended, message: `differs: documented is “${result}”` },
    behind: drawingOf({ at: 'documented' }, attempt),
  };
}

/** What was observed, by which way, where and when. */
function titleOf(
  { ways, unseen }: AttemptsRules,
  { way }: AttemptRules,
  trail: Trail,
  run: EndedRun,
): string {
  const seen = trail.at === 'observed' ? ways.find(({ id }) => id === trail.way) : undefined;
  const byWay = way === undefined ? [] : [seen?.message ?? unseen];
  return [run.judgement.observed, ...byWay, `${sourceWords(run)}, ${utc(run.endedAt)}`].join(' · ');
}

function fromText(runs: readonly EndedRun[], of: number): string {
  const [first] = runs;
  if (first === undefined) return AS_BUILT;
  const one = runs.every(({ source, condition }) => source === first.source && condition === first.condition);
  const many = runs.length === of ? '' : ` of ${runs.length} of ${of}`;
  if (!one) return `From the last runs${many}, in different places or conditions.`;
  if (first.source === 'recording') return `From recordings${many}.`;
  const place = isDocumentedCondition(first.condition) ? SOURCE_WORDS[first.source] : sourceWords(first);
  return `From the last runs${many}: ${place}.`;
}

/** The newest run of each check, as it was judged and as an observation with ids of outcomes. */
type NewestRuns = {
  readonly runs: readonly {
    readonly check: string;
    readonly judgement: Judgement;
    readonly source: ResultSource;
  }[];
  readonly observations: readonly Observation[];
};

/** Nothing while no run tells anything: then the text stays as it is. */
export function liveText(
  text: LiveText,
  path: PathRules | undefined,
  machines: PictureRules['machines'],
  { runs, observations }: NewestRuns,
): string | undefined {
  const seen = (check: string) => observations.find((one) => one.check === check);
  switch (text.shows) {
    case 'machine': {
      const own = runs.filter(({ check }) => machines[text.role]?.includes(check));
      // Recordings do not show that the machine answers now.
      if (own.some(({ source }) => source === 'recording')) return 'recorded';
      return machineState(own.map(({ judgement }) => judgement));
    }
    case 'observed':
      return observedText(text, seen(text.check));
    case 'path': {
      const attempt = seen(text.attempt);
      if (attempt === undefined) return undefined;
      const shown = pathNear(path, attempt, observations);
      const found = text.states.find(({ segment, state }) => stateOf(shown, segment) === state);
      return found?.message ?? text.otherwise;
    }
    default:
      return never(text);
  }
}

function observedText(
  { outcomes, word: place, add, room }: LiveText & { shows: 'observed' },
  observation: Observation | undefined,
): string | undefined {
  if (observation === undefined || observation.verdict === 'inconclusive') return undefined;
  const { outcome = '', says = '' } = observation;
  const word = outcomes.includes(outcome) ? says.split(/\s+/)[place - 1] : undefined;
  if (word === undefined) return says;
  return word.length + add.length > room ? word : `${word}${add}`;
}

type MachineState = 'not asked' | 'answers' | 'not reached';

/** Whether a machine could be reached, from the newest runs of the checks that run on it. */
export function machineState(runs: readonly Judgement[]): MachineState {
  if (runs.length === 0) return 'not asked';
  const isAway = ({ problem, members = [] }: Judgement) =>
    problem !== undefined &&
    AWAY.includes(problem.kind) &&
    members.every(({ verdict }) => verdict === 'inconclusive');
  return runs.every(isAway) ? 'not reached' : 'answers';
}
const AWAY: readonly ProblemKind[] = [
  ...(['no-such-vantage', 'unreachable', 'host-key', 'refused-login'] as const),
  ...(['not-an-agent', 'wrong-machine', 'lost'] as const),
];
