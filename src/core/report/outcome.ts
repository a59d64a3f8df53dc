/** What a record says as a whole: how many rows agree, and whether the limitation reproduces. */
import { type LimitationStatus, limitationStatus } from '../run/limitation.ts';
import type { EvidenceRecord } from '../run/record.ts';
import type { ResultSource } from '../vocabulary.ts';
import { type RowFacts, rowsOf } from './facts.ts';
import { condition, day, PLACE, SOURCE_PHRASE } from './format.ts';
import { count } from './units.ts';

type Counts = {
  readonly agrees: number;
  readonly differs: number;
  readonly inconclusive: number;
  readonly of: number;
  /** Rows without a verdict yet. */
  readonly running: number;
};

export type Outcome = Counts & {
  /** One or two whole sentences: rows, place, condition, day, status of the limitation. */
  readonly sentence: string;
  /** For titles and previews: "4 of 5 agree · lab · 22 Nov 2026". */
  readonly short: string;
  /** The same behind the title that somebody gave the record, if there is one. */
  readonly heading: string;
  readonly source: ResultSource | 'mixed' | 'none';
  /** Nothing when the writeup has no limitation, or no deciding row is in the record. */
  readonly limitation?: LimitationStatus;
};

export function outcomeOf(record: EvidenceRecord): Outcome {
  const rows = rowsOf(record);
  const sources = sourcesOf(rows);
  const limitation = statusOf(record, rows);
  const short = shortOf(rows, record);
  return {
    ...countsOf(rows),
    sentence: [
      ...rowSentences(record, rows),
      ...missingSentence(record),
      ...(limitation === undefined ? [] : [limitationSentence(limitation)]),
    ].join(' '),
    short,
    heading: record.title === '' ? short : `${record.title}: ${short}`,
    source: sources.length > 1 ? 'mixed' : (sources[0] ?? 'none'),
    ...(limitation === undefined ? {} : { limitation }),
  };
}

/** Each source once, in the order of the rows. */
export const sourcesOf = (rows: readonly Pick<RowFacts, 'header'>[]): ResultSource[] => [
  ...new Set(rows.map(({ header }) => header.source)),
];

function countsOf(rows: readonly RowFacts[]): Counts {
  const of = (verdict: RowFacts['verdict']) => rows.filter((row) => row.verdict === verdict).length;
  return {
    agrees: of('agrees'),
    differs: of('differs'),
    inconclusive: of('inconclusive'),
    of: rows.length,
    running: of('running'),
  };
}

/** Result, place and day in a few words. Rows of different sources are counted apart, never added up. */
export function shortOf(
  rows: readonly RowFacts[],
  { startedAt, missing = [] }: Pick<EvidenceRecord, 'startedAt' | 'missing'>,
): string {
  const sources = sourcesOf(rows);
  const agreeing = (own: readonly RowFacts[]) => {
    const { agrees, running, of } = countsOf(own);
    return `${agrees} of ${of} agree${running > 0 ? ` so far, ${running} still running` : ''}`;
  };
  const ofSource = (source: ResultSource) => rows.filter(({ header }) => header.source === source);
  const [only] = rows;
  const result = () => {
    if (only === undefined) return ['no runs'];
    // The place says that it is a recording.
    if (rows.length === 1)
      return [`${only.header.title}: ${only.words.replace(/^recording: /, '')}`, PLACE[only.header.source]];
    return sources.length > 1
      ? [sources.map((source) => `${PLACE[source]}: ${agreeing(ofSource(source))}`).join(', ')]
      : [agreeing(rows), PLACE[only.header.source]];
  };
  const absent = missing.length > 0 ? [`${count(missing.length, 'row')} not here`] : [];
  return [...result(), ...absent, day(startedAt)].join(' · ');
}

function rowSentences({ startedAt }: EvidenceRecord, rows: readonly RowFacts[]): string[] {
  const sources = sourcesOf(rows);
  if (sources.length === 0) return ['This record has no rows.'];
  const damaged = rows.filter(({ run }) => run.damage !== undefined).length;
  return [
    ...sources.map((source) => {
      const own = rows.filter(({ header }) => header.source === source);
      return `${verdicts(own)}, run ${SOURCE_PHRASE[source]}${conditionOf(own)}, on ${day(startedAt)}.`;
    }),
    ...(sources.length > 1 ? ['These rows ran in different places and are not added up.'] : []),
    ...(damaged > 0 ? [`${count(damaged, 'run')} of this record cannot be read to the end.`] : []),
  ];
}

function missingSentence({ missing = [] }: EvidenceRecord): string[] {
  if (missing.length === 0) return [];
  const names = missing.slice(0, 20).join(', ') + (missing.length > 20 ? ', …' : '');
  const they =
    missing.length === 1 ? 'It has not begun, is no longer kept' : 'They have not begun, are no longer kept';
  return [`${count(missing.length, 'row')} of this set not here: ${names}. ${they}, or cannot be read.`];
}

const SAYS = {
  agrees: ['agrees with the page', 'agree with the page'],
  differs: ['differs', 'differ'],
  inconclusive: ['is inconclusive', 'are inconclusive'],
  running: ['is still running', 'are still running'],
} as const;

function verdicts(rows: readonly RowFacts[]): string {
  const counts = countsOf(rows);
  const [only] = rows;
  if (rows.length === 1 && only !== undefined)
    return `“${only.header.title}” ${only.verdict === 'differs' ? 'differs from the page' : SAYS[only.verdict][0]}`;
  const others = (['differs', 'inconclusive', 'running'] as const).filter((verdict) => counts[verdict] > 0);
  const said = others.map((verdict) => `${counts[verdict]} ${SAYS[verdict][counts[verdict] === 1 ? 0 : 1]}`);
  return [`${counts.agrees} of ${counts.of} rows agree with the page`, ...said].join(', ');
}

/** Real machines have no condition. */
function conditionOf(rows: readonly RowFacts[]): string {
  const names = [...new Set(rows.map(({ header }) => header.condition).filter((name) => name !== ''))];
  if (names.length === 0) return '';
  if (names.length > 1) return `, in ${names.length} conditions (${names.map(condition).join('; ')})`;
  return `, in the condition “${names.map(condition).join('')}”`;
}

function statusOf({ deciding }: EvidenceRecord, rows: readonly RowFacts[]): LimitationStatus | undefined {
  if (!rows.some(({ header }) => deciding.includes(header.check))) return undefined;
  const ended = rows.flatMap(
    ({ header: { check, source, condition, startedAt }, judgement, verdict, run }) =>
      judgement === undefined || verdict === 'running'
        ? []
        : [{ check, judgement, source, condition, endedAt: run.view.endedAt ?? startedAt }],
  );
  return limitationStatus(
    deciding,
    ended.sort((a, b) => b.endedAt.localeCompare(a.endedAt)),
  );
}

function limitationSentence({ status, message, rows, of, service }: LimitationStatus): string {
  const what =
    status === 'unclear'
      ? 'Whether the limitation reproduces is unclear from this record'
      : `The limitation ${status}`;
  const first = service === undefined ? '' : `${service} `;
  return `${first}${what} (${rows} of ${count(of, 'deciding row')} in it): ${message}`;
}
