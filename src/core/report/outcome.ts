/** What a record says as a whole: how many rows agree, and whether the limitation reproduces. Its rows are left to the reports. */
import { type LimitationStatus, limitationStatus } from '../run/limitation.ts';
import type { EvidenceRecord } from '../run/record.ts';
import type { ResultSource } from '../vocabulary.ts';
import { type RowFacts, rowsOf } from './facts.ts';
import { condition, count, day, PLACE, TAKEN } from './format.ts';

export type Outcome = {
  readonly agrees: number;
  readonly differs: number;
  readonly inconclusive: number;
  readonly of: number;
  /** Rows without a verdict yet. */
  readonly running: number;
  /** One or two whole sentences: rows, place, condition, day, status of the limitation. */
  readonly sentence: string;
  /** For titles and previews: "4 of 5 agree · lab · 22 Nov 2026". */
  readonly short: string;
  readonly source: ResultSource | 'mixed' | 'none';
  /** Nothing when the writeup has no limitation, or no deciding row is in the record. */
  readonly limitation?: LimitationStatus;
};

export function outcomeOf(record: EvidenceRecord): Outcome {
  const rows = rowsOf(record);
  const places = placesOf(rows);
  const [place, ...others] = places;
  const limitation = statusOf(record, rows);
  const counts = countsOf(rows);
  return {
    ...counts,
    sentence: [
      ...(place === undefined ? ['This record has no rows.'] : sentences(record, rows, places)),
      ...missingSentence(record),
      ...(limitation === undefined ? [] : [limitationSentence(limitation)]),
    ].join(' '),
    short: [
      ...shortParts(rows, places),
      ...(record.missing?.length ? [`${count(record.missing.length, 'row')} not here`] : []),
      day(record.startedAt),
    ].join(' · '),
    source: place === undefined ? 'none' : others.length > 0 ? 'mixed' : place,
    ...(limitation === undefined ? {} : { limitation }),
  };
}

/** The source of these rows, each once, in the order that they come. */
const placesOf = (rows: readonly RowFacts[]): ResultSource[] => [
  ...new Set(rows.map(({ header }) => header.source)),
];

const from = (rows: readonly RowFacts[], place: ResultSource): RowFacts[] =>
  rows.filter(({ header }) => header.source === place);

function countsOf(rows: readonly RowFacts[]) {
  const of = (verdict: RowFacts['verdict']) => rows.filter((row) => row.verdict === verdict).length;
  return {
    agrees: of('agrees'),
    differs: of('differs'),
    inconclusive: of('inconclusive'),
    of: rows.length,
    running: of('running'),
  };
}

/** Rows of unlike source are counted apart, never added up. */
function shortParts(rows: readonly RowFacts[], places: readonly ResultSource[]): string[] {
  const [only] = rows;
  if (only === undefined) return ['nothing taken'];
  if (rows.length === 1) return [`${only.header.title}: ${bare(only)}`, PLACE[only.header.source]];
  const some = (own: readonly RowFacts[]) => {
    const { agrees, running, of } = countsOf(own);
    return `${agrees} of ${of} agree${running > 0 ? ` so far, ${running} still running` : ''}`;
  };
  const [place, ...others] = places;
  if (place === undefined || others.length > 0)
    return [places.map((one) => `${PLACE[one]}: ${some(from(rows, one))}`).join(', ')];
  return [some(rows), PLACE[place]];
}

/** The verdict without the word for a recording, where the place says it. */
const bare = ({ words }: RowFacts): string => words.replace(/^recording: /, '');

function sentences(
  record: EvidenceRecord,
  rows: readonly RowFacts[],
  places: readonly ResultSource[],
): string[] {
  const when = `on ${day(record.startedAt)}`;
  const damaged = rows.filter(({ run }) => run.damage !== undefined).length;
  const said = places.map((place) => {
    const own = from(rows, place);
    return `${verdicts(own)}, taken ${TAKEN[place]}${conditionOf(own)}, ${when}.`;
  });
  return [
    ...said,
    ...(places.length > 1 ? ['These were taken in unlike places and are not added up.'] : []),
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

function verdicts(rows: readonly RowFacts[]): string {
  const { agrees, differs, inconclusive, running, of } = countsOf(rows);
  const [only] = rows;
  if (of === 1 && only !== undefined) return `“${only.header.title}” ${ONE[only.verdict]}`;
  return [
    `${agrees} of ${of} rows agree with the page`,
    ...(differs > 0 ? [`${differs} ${differs === 1 ? 'differs' : 'differ'}`] : []),
    ...(inconclusive > 0 ? [`${inconclusive} ${inconclusive === 1 ? 'is' : 'are'} inconclusive`] : []),
    ...(running > 0 ? [`${running} ${running === 1 ? 'is' : 'are'} still running`] : []),
  ].join(', ');
}

const ONE = {
  agrees: 'agrees with the page',
  differs: 'differs from the page',
  inconclusive: 'is inconclusive',
  running: 'is still running',
} as const;

/** Real machines have no condition. */
function conditionOf(rows: readonly RowFacts[]): string {
  const names = [...new Set(rows.map(({ header }) => header.condition).filter((name) => name !== ''))];
  if (names.length === 0) return '';
  if (names.length > 1) return `, in ${names.length} conditions (${names.map(condition).join('; ')})`;
  return `, in the condition “${names.map(condition).join('')}”`;
}

function statusOf({ deciding }: EvidenceRecord, rows: readonly RowFacts[]): LimitationStatus | undefined {
  if (!rows.some(({ header }) => deciding.includes(header.check))) return undefined;
  const taken = rows.flatMap(({ header, judgement, verdict, run }) =>
    judgement === undefined || verdict === 'running'
      ? []
      : [{ ...header, judgement, endedAt: run.view.endedAt ?? header.startedAt }],
  );
  return limitationStatus(
    deciding,
    taken.sort((a, b) => b.endedAt.localeCompare(a.endedAt)),
  );
}

function limitationSentence({ status, message, rows, of }: LimitationStatus): string {
  const what =
    status === 'unclear'
      ? 'Whether the limitation reproduces is unclear from this record'
      : `The limitation ${status}`;
  return `${what} (${rows} of ${count(of, 'deciding row')} taken): ${message}`;
}
