/** The live texts of a picture: about a check, the path, or a machine. */
import type { Observation } from '../diagnosis/observations.ts';
import type { Judgement } from '../run/judgement.ts';
import { never, type ProblemKind, type ResultSource } from '../vocabulary.ts';
import type { LiveText } from './attempts.ts';
import { pathNear } from './attempts-state.ts';
import type { PathRules } from './path.ts';
import { stateOf } from './path-state.ts';
import type { PictureRules } from './rules.ts';

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
