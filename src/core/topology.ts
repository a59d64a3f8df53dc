/** How each attempt of the matrix is drawn: how it ended, and by which way where that was seen. Drawing is left to the page. */
import type { Check } from './check.ts';
import type { Expectation } from './expectation.ts';
import type { Judgement } from './judgement.ts';
import { type PacketPath, stateOf } from './packet-path.ts';
import { asDocumented } from './packet-path-samples.ts';
import { never, type ProblemKind } from './vocabulary.ts';

/** How an attempt to connect ended. `otherwise` is what the check itself has no name for. */
export type Ending = 'answered' | 'answered-otherwise' | 'refused' | 'no-answer' | 'failed' | 'otherwise';

/** What is drawn of one attempt. */
export type Trail =
  | { readonly at: 'documented' }
  | { readonly at: 'inconclusive'; readonly say: string }
  | { readonly at: 'observed'; readonly ending: Ending; readonly differs: boolean; readonly way: Way };

/** The way of an attempt inside .20, as far as captures saw it. */
export type Way = 'output' | 'windows' | 'bounced' | 'lo' | 'unknown';

export const WAY_WORD: Readonly<Record<Way, string>> = {
  output: 'It ended inside Linux, before any interface.',
  windows: 'Out by loopback0, and refused by Windows.',
  bounced: 'Out by loopback0, and sent back by Windows.',
  lo: 'It stayed on lo.',
  unknown: 'No capture saw its way.',
};

export const ENDING_WORD: Readonly<Record<Ending, string>> = {
  answered: 'answered with 200',
  'answered-otherwise': 'answered, not as usual',
  refused: 'refused',
  'no-answer': 'no answer, timed out',
  failed: 'failed',
  otherwise: 'came out otherwise',
};

/** The ending of each outcome of a check, by its place in the check: read from its conditions, so that no list of numbers goes stale. */
export function endingsOf({ outcomes }: Check): Readonly<Record<string, Ending>> {
  return Object.fromEntries(
    outcomes.map(({ when, observed }, index) => [String(index + 1), endingOf(when, observed)]),
  );
}

function endingOf(when: readonly Expectation[], observed: string): Ending {
  const exit = when.flatMap((one) => (one.kind === 'exit' && 'eq' in one.is ? [one.is.eq] : []))[0];
  const value = (name: string) =>
    when.flatMap((one) =>
      one.kind === 'value' && one.value === name && 'eq' in one.is ? [one.is.eq] : [],
    )[0];
  if (exit === 0) return value('http') === '200' ? 'answered' : 'answered-otherwise';
  if (exit === 7) return value('reason') === 'Connection refused' ? 'refused' : 'failed';
  // After a connection, silence is the server's; before it, the way's.
  if (exit === 28) return observed.startsWith('connected') ? 'failed' : 'no-answer';
  return 'failed';
}

/** How the documented attempt ends: what the sample says that stands for it. */
export function documentedEnding(check: Check): Ending {
  return endingsOf(check)[asDocumented(check).outcome ?? ''] ?? 'otherwise';
}

/** `endings` are those of this very check; a run of another version of it has none. */
export function trailOf(
  judgement: Judgement | undefined,
  endings: Readonly<Record<string, Ending>>,
  path: PacketPath,
): Trail {
  if (judgement === undefined) return { at: 'documented' };
  const { verdict, problem, outcome = '' } = judgement;
  if (verdict === 'inconclusive') return { at: 'inconclusive', say: problem?.kind ?? 'not known' };
  const ending = endings[outcome] ?? 'otherwise';
  return { at: 'observed', ending, differs: verdict === 'differs', way: wayOf(ending, path) };
}

/** A way that does not go together with how it ended was taken at another time: then none is drawn. */
function wayOf(ending: Ending, path: PacketPath): Way {
  const answered = ending === 'answered' || ending === 'answered-otherwise';
  if (stateOf(path, 'output') === 'ended') return answered ? 'unknown' : 'output';
  if (stateOf(path, 'windows') === 'ended') return ending === 'refused' ? 'windows' : 'unknown';
  if (stateOf(path, 'sent-back') === 'seen') return 'bounced';
  return stateOf(path, 'lo') === 'seen' ? 'lo' : 'unknown';
}

export type MachineState = 'not asked' | 'answers' | 'not reached';

/** Whether a machine could be reached, from the newest runs of the checks that run on it. */
export function machineState(runs: readonly Judgement[]): MachineState {
  const reached = runs.filter(({ problem }) => problem === undefined || !AWAY.includes(problem.kind));
  if (reached.length > 0) return 'answers';
  return runs.length > 0 ? 'not reached' : 'not asked';
}
const AWAY: readonly ProblemKind[] = [
  'no-such-vantage',
  'unreachable',
  'host-key',
  'refused-login',
  'not-an-agent',
  'wrong-machine',
  'lost',
];

/** Which of the drawings of an attempt is shown: how far it goes, and by which way. */
export type Drawing = 'begun' | `through-${Way}` | `stopped-${Way}`;

export function drawingOf(trail: Trail, documented: Ending, statedWay: Way): Drawing {
  switch (trail.at) {
    case 'inconclusive':
      return 'begun';
    case 'documented':
      return far(documented, statedWay);
    case 'observed':
      return far(trail.ending, trail.way);
    default:
      return never(trail);
  }
}

function far(ending: Ending, way: Way): Drawing {
  const through = ending === 'answered' || ending === 'answered-otherwise';
  return `${through ? 'through' : 'stopped'}-${way}`;
}
