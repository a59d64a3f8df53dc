/** Whether the limitation itself still reproduces: from the latest judgements of the rows that decide it, apart from their verdicts. */
import type { Judgement } from './judgement.ts';
import type { Provenance } from '../vocabulary.ts';

export type TakenRow = {
  readonly check: string;
  readonly judgement: Judgement;
  readonly takenAt: string;
  readonly provenance: Provenance;
};

export type LimitationStatus = {
  readonly status: 'reproduces' | 'no longer reproduces' | 'unclear';
  /** Why, in one sentence. */
  readonly say: string;
  readonly rows: number;
  readonly of: number;
  /** The oldest of the rows that it rests on, UTC. */
  readonly since?: string;
  readonly provenance?: Provenance;
};

/** `latest` are the newest ended runs; rows of other checks are ignored. Rows of unlike provenance are never added up. */
export function limitationStatus(deciding: readonly string[], latest: readonly TakenRow[]): LimitationStatus {
  const rows = deciding.flatMap((check) => latest.filter((row) => row.check === check).slice(0, 1));
  const base = { rows: rows.length, of: deciding.length };
  const missing = deciding.filter((check) => !rows.some((row) => row.check === check));
  if (missing.length > 0) return { ...base, status: 'unclear', say: `Not taken yet: ${missing.join(', ')}.` };
  const [first] = rows;
  if (!first || rows.some(({ provenance }) => provenance !== first.provenance))
    return {
      ...base,
      status: 'unclear',
      say: 'The rows were taken in different places: take them together.',
    };
  const taken = {
    ...base,
    since: rows.map(({ takenAt }) => takenAt).sort()[0] ?? first.takenAt,
    provenance: first.provenance,
  };
  const unsure = rows.filter(({ judgement }) => judgement.limitation === undefined);
  if (unsure.length > 0)
    return {
      ...taken,
      status: 'unclear',
      say: `No clear sign from: ${unsure.map(({ check }) => check).join(', ')}.`,
    };
  const gone = rows.filter(({ judgement }) => judgement.limitation === 'gone');
  if (gone.length === rows.length)
    return {
      ...taken,
      status: 'no longer reproduces',
      say: `All ${rows.length} deciding rows say that it is gone.`,
    };
  if (gone.length === 0)
    return { ...taken, status: 'reproduces', say: `All ${rows.length} deciding rows show it.` };
  return {
    ...taken,
    status: 'unclear',
    say: `It is gone for ${gone.map(({ check }) => check).join(', ')}, and not for the others.`,
  };
}
