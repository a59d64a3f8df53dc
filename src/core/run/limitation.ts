/** Whether a limitation still reproduces, from the newest runs of the checks that decide it, and how that is shown. */
import type { Judgement } from './judgement.ts';
import type { ResultSource } from '../vocabulary.ts';

/** What is needed of a run to decide; the summary of every ended run has it. */
export type DecidingRun = {
  readonly check: string;
  readonly source: ResultSource;
  readonly condition: string;
  readonly judgement: Judgement;
  /** UTC, ISO 8601. */
  readonly endedAt: string;
};

export type LimitationStatus = {
  readonly status: 'reproduces' | 'no longer reproduces' | 'unclear';
  /** Why, in one sentence. */
  readonly message: string;
  /** Whether the service itself is up, in a sentence that comes first; where a row shows it. */
  readonly service?: string;
  readonly rows: number;
  readonly of: number;
  /** When the oldest of the rows ended, UTC. */
  readonly since?: string;
  readonly source?: ResultSource;
};

/** Whether a run was of the present version of its check. `hashes` has the present hash of each check. */
export const isCurrent = (
  { check, checkHash }: { readonly check: string; readonly checkHash: string },
  hashes: ReadonlyMap<string, string>,
): boolean => checkHash === hashes.get(check);

/** The first run of each deciding check, in the order of the checks. `newestFirst` may hold runs of other checks. */
function decidingRuns<Run extends { readonly check: string }>(
  deciding: readonly string[],
  newestFirst: readonly Run[],
): readonly Run[] {
  return deciding.flatMap((check) => newestFirst.find((run) => run.check === check) ?? []);
}

/** Runs of different sources or conditions are never combined. `newestFirst` may hold runs of other checks. `nameOf`: how the sentence names a check. */
export function limitationStatus(
  deciding: readonly string[],
  newestFirst: readonly DecidingRun[],
  nameOf: (check: string) => string = (check) => check,
): LimitationStatus {
  const rows = decidingRuns(deciding, newestFirst);
  const [status, message] = decide(deciding, rows, nameOf);
  const service = serviceSentence(newestFirst, nameOf, status === 'reproduces');
  const [since] = rows.map(({ endedAt }) => endedAt).sort();
  const [first] = rows;
  return {
    ...{ status, message, rows: rows.length, of: deciding.length },
    ...(service && { service }),
    ...(first && since && areTogether(rows) && { since, source: first.source }),
  };
}

const areTogether = (rows: readonly DecidingRun[]) =>
  new Set(rows.map(({ source, condition }) => source + condition)).size === 1;

/** Whether it is the service that fails: from the newest run of each check that shows it. Nothing when none does. */
function serviceSentence(
  newestFirst: readonly DecidingRun[],
  nameOf: (check: string) => string,
  reproduces: boolean,
): string | undefined {
  const newest = [...new Map(newestFirst.toReversed().map((run) => [run.check, run])).values()];
  const rows = newest.filter(({ judgement }) => judgement.service).reverse();
  if (rows.length === 0 || !areTogether(newestFirst)) return undefined;
  const down = rows.filter(({ judgement }) => judgement.service === 'down');
  const facts = rows.map(({ check, judgement }) => `${nameOf(check)}: ${judgement.observed}`).join('; ');
  const state =
    down.length === rows.length
      ? `down (${facts})`
      : `up${down.length > 0 ? ` on one side only (${facts})` : reproduces ? ', so it is this limitation' : ''}`;
  return `The service is ${state}.`;
}

function decide(
  deciding: readonly string[],
  rows: readonly DecidingRun[],
  nameOf: (check: string) => string,
): [LimitationStatus['status'], string] {
  const named = (checks: readonly string[]) => checks.map(nameOf).join(', ');
  const of = (runs: readonly DecidingRun[]) => runs.map(({ check }) => check);
  const missing = deciding.filter((check) => !of(rows).includes(check));
  if (missing.length > 0) return ['unclear', `Not run yet: ${named(missing)}.`];
  if (!areTogether(rows))
    return ['unclear', 'The rows ran in different places or conditions of the lab: run them together.'];
  const silent = of(rows.filter(({ judgement }) => judgement.limitation === undefined));
  if (silent.length > 0) return ['unclear', `No clear sign from: ${named(silent)}.`];
  const gone = of(rows.filter(({ judgement }) => judgement.limitation === 'gone'));
  const [all, s] = rows.length === 1 ? ['The deciding row', 's'] : [`All ${rows.length} deciding rows`, ''];
  if (gone.length === 0) return ['reproduces', `${all} show${s} it.`];
  return gone.length < rows.length
    ? ['unclear', `It is gone for ${named(gone)}, and not for the others.`]
    : ['no longer reproduces', `${all} say${s} that it is gone.`];
}

/** How a status looks: its words, its sign, and its name where styles look for it. */
export const STATUS_LOOK = {
  reproduces: { word: 'Reproduces', sign: 'reproduces', look: 'reproduces' },
  'no longer reproduces': { word: 'No longer reproduces', sign: 'gone', look: 'gone' },
  unclear: { word: 'Unclear whether it reproduces', sign: 'inconclusive', look: 'unclear' },
} as const;
