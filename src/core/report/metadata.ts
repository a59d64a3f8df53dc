/** Who answered, where, when, and by which documents and judge: the facts that stand below a row in every report. */
import type { Identity } from '../run/entry.ts';
import type { EvidenceRecord } from '../run/record.ts';
import type { RowFacts, StepFacts } from './facts.ts';
import { condition, digits, duration, SOURCE_WORDS, size, utc } from './format.ts';

export type Fact = readonly [name: string, value: string];

/** Provenance comes first, and is never left out. */
export function factRows(row: RowFacts): Fact[] {
  const { header, judgement } = row;
  return [
    [
      'Provenance',
      `${SOURCE_WORDS[header.source]}${header.fleet === 'lab' ? '' : `; fleet ${header.fleet}`}`,
    ],
    [
      'Condition',
      header.condition === '' ? 'none: real machines are taken as they are' : condition(header.condition),
    ],
    ['Started', `${utc(header.startedAt)}${header.by === '' ? '' : `, by ${header.by}`}`],
    ['Took', row.seconds === undefined ? 'its end is not known' : `${duration(row.seconds)} in all`],
    ...machines(row.steps),
    ['Docs commit', header.commit === '' ? 'not known' : header.commit],
    ['Check', `${header.check}, content hash ${header.checkHash}`],
    ['Judge', judgement === undefined ? 'has not judged' : `version ${judgement.judge}`],
    ['Run', header.run],
  ];
}

/** The record as a whole. */
export function recordFacts({ by, startedAt, pinned, runs, writeup }: EvidenceRecord): Fact[] {
  const of = (values: readonly string[]) => [...new Set(values)].join('; ');
  const headers = runs.map(({ view }) => view.header);
  const conditions = of(headers.flatMap(({ condition: name }) => (name === '' ? [] : [condition(name)])));
  return [
    ['Writeup', writeup.title],
    ['Taken', `${utc(startedAt)}${by === '' ? '' : `, by ${by}`}`],
    ['Provenance', of(headers.map(({ source }) => SOURCE_WORDS[source])) || 'nothing was taken'],
    ...(conditions === '' ? [] : [['Condition', conditions] satisfies Fact]),
    ['Docs commit', of(headers.map(({ commit }) => (commit === '' ? 'not known' : commit))) || 'not known'],
    ['Kept', pinned ? 'pinned: kept for good' : 'not pinned: the retention may take it away'],
  ];
}

/** Each machine once, with the vantages that it stood for. */
function machines(steps: readonly StepFacts[]): Fact[] {
  const found = new Map<string, Set<string>>();
  for (const { identity, role } of steps) {
    if (identity === undefined) continue;
    const who = whoOf(identity);
    found.set(who, (found.get(who) ?? new Set()).add(role));
  }
  if (found.size === 0) return [['Machine', 'none has answered']];
  return [...found].map(([who, roles]) => ['Machine', `${[...roles].join(', ')}: ${who}`]);
}

export function whoOf({ hostName, machineId, kernel, user, hostKey, gate }: Identity): string {
  return [
    `${user}@${hostName}`,
    `machine-id ${machineId}`,
    `kernel ${kernel}`,
    hostKey === '' ? 'no host key' : `host key ${hostKey}`,
    ...(gate === '' ? [] : [`gate ${gate}`]),
  ].join(', ');
}

/** How a step ended: exit, time, bytes and hashes. */
export function stepFacts({ view, end, seconds, times }: StepFacts): Fact[] {
  const counted =
    view.state === 'ended' && 'exit' in view.ended
      ? ([
          ['stdout', view.ended.stdout],
          ['stderr', view.ended.stderr],
        ] as const)
      : [];
  return [
    ['End', end],
    ...(seconds === undefined ? [] : [['Took', duration(seconds)] satisfies Fact]),
    ...(times === undefined
      ? []
      : [['Began', `${duration(times.started / 1000)} into the run`] satisfies Fact]),
    ...counted.map(([stream, { bytes, sha256 }]): Fact => [
      stream,
      bytes === 0 ? 'no bytes' : `${size(bytes)} (${digits(bytes)} bytes), SHA-256 ${sha256}`,
    ]),
    ...(counted.length === 0 && (view.state === 'ended' || view.state === 'running')
      ? [['Output', `${digits(view.bytes)} bytes came`] satisfies Fact]
      : []),
  ];
}
