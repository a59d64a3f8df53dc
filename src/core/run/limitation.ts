/** Whether the limitation itself still reproduces: from the latest judgements of the rows that decide it, apart from their verdicts. */
import type { Judgement } from './judgement.ts';
import type { ResultSource } from '../vocabulary.ts';

export type DecidingRow = {
  readonly check: string;
  readonly judgement: Judgement;
  readonly takenAt: string;
  readonly source: ResultSource;
};

export type LimitationStatus = {
  readonly status: 'reproduces' | 'no longer reproduces' | 'unclear';
  /** Why, in one sentence. */
  readonly message: string;
  readonly rows: number;
  readonly of: number;
  /** The oldest of the rows that it rests on, UTC. */
  readonly since?: string;
  readonly source?: ResultSource;
};

/** `latest` are the newest ended runs; rows of other checks are ignored. Rows of unlike source are never added up. */
export function limitationStatus(
  deciding: readonly string[],
  latest: readonly DecidingRow[],
): LimitationStatus {
  const rows = deciding.flatMap((check) => latest.filter((row) => row.check === check).slice(0, 1));
  const base = { rows: rows.length, of: deciding.length };
  const missing = deciding.filter((check) => !rows.some((row) => row.check === check));
  if (missing.length > 0)
    return { ...base, status: 'unclear', message: `Not taken yet: ${missing.join(', ')}.` };
  const [first] = rows;
  if (!first || rows.some(({ source }) => source !== first.source))
    return {
      ...base,
      status: 'unclear',
      message: 'The rows were taken in different places: take them together.',
    };
  const taken = {
    ...base,
    since: rows.map(({ takenAt }) => takenAt).sort()[0] ?? first.takenAt,
    source: first.source,
  };
  const unsure = rows.filter(({ judgement }) => judgement.limitation === undefined);
  if (unsure.length > 0)
    return {
      ...taken,
      status: 'unclear',
      message: `No clear sign from: ${unsure.map(({ check }) => check).join(', ')}.`,
    };
  const gone = rows.filter(({ judgement }) => judgement.limitation === 'gone');
  if (gone.length === rows.length)
    return {
      ...taken,
      status: 'no longer reproduces',
      message: `All ${rows.length} deciding rows say that it is gone.`,
    };
  if (gone.length === 0)
    return { ...taken, status: 'reproduces', message: `All ${rows.length} deciding rows show it.` };
  return {
    ...taken,
    status: 'unclear',
    message: `It is gone for ${gone.map(({ check }) => check).join(', ')}, and not for the others.`,
  };
}
