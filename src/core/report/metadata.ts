/** What stands below a row in every report: a line for each machine and value, which machine answered, when, and by which documents and judge. */
import { commandEnvironment } from '../check/input.ts';
import type { Identity } from '../run/entry.ts';
import type { EvidenceRecord } from '../run/record.ts';
import type { RowFacts, StepFacts, StepProgress } from './facts.ts';
import { condition, SOURCE_WORDS, utc, duration } from './format.ts';
import { digits, size } from './units.ts';
import type { Finding, Judgement } from '../run/judgement.ts';
import type { Verdict } from '../vocabulary.ts';

/** `exact`: the value to the last digit, where the other is rounded. */
export type Fact = readonly [name: string, value: string, exact?: string];

const startedBy = (startedAt: string, by: string): string =>
  `${utc(startedAt)}${by === '' ? '' : `, by ${by}`}`;
const commitOf = (commit: string): string => (commit === '' ? 'not known' : commit);

/** Facts of one run. The source comes first, and is never left out. */
export function factRows({ header, judgement, seconds, steps }: RowFacts): Fact[] {
  const { source, fleet, condition: name, startedAt, by, commit, check, checkHash, run } = header;
  return [
    ['Source', `${SOURCE_WORDS[source]}${fleet === 'lab' ? '' : `; fleet ${fleet}`}`],
    ['Condition', name === '' ? 'none: real machines have no condition of the lab' : condition(name)],
    ['Started', startedBy(startedAt, by)],
    seconds === undefined
      ? ['Duration', 'its end is not known']
      : ['Duration', `${duration(seconds)} in all`, `${seconds} s`],
    ...machines(steps),
    ['Environment', `sh without a terminal, ${commandEnvironment}`],
    ['Docs commit', commitOf(commit)],
    ['Check', `${check}, content hash ${checkHash}`],
    ['Judge', judgement === undefined ? 'has not judged' : `version ${judgement.judge}`],
    ['Run', run],
  ];
}

export function recordFacts({ by, startedAt, pinned, runs, writeup }: EvidenceRecord): Fact[] {
  const of = (values: readonly string[]) => [...new Set(values)].filter((value) => value !== '').join('; ');
  const headers = runs.map(({ view }) => view.header);
  const conditions = of(headers.map(({ condition: name }) => condition(name)));
  return [
    ['Writeup', writeup.title],
    ['Started', startedBy(startedAt, by)],
    ['Source', of(headers.map(({ source }) => SOURCE_WORDS[source])) || 'no runs'],
    ...(conditions === '' ? [] : [['Condition', conditions] satisfies Fact]),
    ['Docs commit', of(headers.map(({ commit }) => commitOf(commit))) || 'not known'],
    ['Kept', pinned ? 'pinned: kept for good' : 'not pinned: the limits of the store may remove it'],
  ];
}

/** Each machine once, with the roles that it had. */
function machines(steps: readonly StepFacts[]): Fact[] {
  const found = Map.groupBy(
    steps.flatMap(({ identity, role }) =>
      identity === undefined ? [] : [{ who: machineOf(identity), role }],
    ),
    ({ who }) => who,
  );
  if (found.size === 0) return [['Machine', 'none has answered']];
  return [...found].map(([who, own]) => [
    'Machine',
    `${[...new Set(own.map(({ role }) => role))].join(', ')}: ${who}`,
  ]);
}

export const machineOf = ({ hostName, machineId, kernel, user, hostKey, gate }: Identity): string =>
  [
    `${user}@${hostName}`,
    `machine-id ${machineId}`,
    `kernel ${kernel}`,
    hostKey === '' ? 'no host key' : `SSH host key ${hostKey}`,
    gate === '' ? 'agent sent by the server' : `installed gate ${gate}`,
  ].join(', ');

/** How a step ended: exit, time, and its output with hashes. */
export function stepFacts({ view, end, times }: StepProgress): Fact[] {
  const ended = view.state === 'ended' && 'exit' in view.ended ? view.ended : undefined;
  return [
    [view.state === 'waiting' || view.state === 'running' ? 'State' : 'End', end],
    ...(view.state === 'ended'
      ? [['Duration', duration(view.seconds), `${view.seconds} s`] satisfies Fact]
      : []),
    ...(times === undefined
      ? []
      : [['Began', `${duration(times.started / 1000)} into the run`, `${times.started} ms`] satisfies Fact]),
    ...(ended === undefined
      ? []
      : (['stdout', 'stderr'] as const).map((stream): Fact => {
          const { bytes, sha256 } = ended[stream];
          const full = `${size(bytes)} (${digits(bytes)} bytes), SHA-256 ${sha256}`;
          return [stream, bytes === 0 ? 'no bytes' : full];
        })),
    ...(ended === undefined && (view.state === 'ended' || view.state === 'running')
      ? [['Output', `${digits(view.bytes)} bytes came`] satisfies Fact]
      : []),
  ];
}

/** The small lines below the summary of a row: one for each machine that it takes, and for each value of several machines that are compared. */
export type RowLine = {
  readonly name: string;
  readonly observed: string;
  /** None where the line is only a value. */
  readonly verdict?: Verdict;
  /** At the last of the values that were compared with each other. */
  readonly mark?: 'the same' | 'different';
  /** What must not be overlooked, such as why nothing was concluded. */
  readonly message?: string | undefined;
};

/** The lines of a judged row, in their order; none for a row of one machine. */
export const rowLines = (judgement: Judgement | undefined): readonly RowLine[] => [
  ...(judgement?.members ?? []),
  ...(judgement?.findings ?? []).flatMap(({ values = [], holds }) =>
    values.map(({ role, observed }, index) => ({
      ...{ name: role, observed },
      ...(index + 1 < values.length ? {} : { mark: holds ? ('the same' as const) : ('different' as const) }),
    })),
  ),
];

/** A line as plain text: "web-1: exit 7, agrees". */
export const lineText = ({ name, observed, verdict, mark, message }: RowLine): string =>
  [`${name}: ${observed}`, verdict, mark, message].filter((part) => part !== undefined).join(', ');

/** What a finding saw, in one line. */
export const seen = ({ observed, values }: Finding): string =>
  values?.map((one) => `${one.role}: ${one.observed}`).join(', ') ?? observed;
