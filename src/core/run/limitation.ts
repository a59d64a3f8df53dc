/** Whether a limitation still reproduces: from the newest runs of the checks that decide it. */
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

/** How a status looks: its words, its sign, and its name where styles look for it. */
export const STATUS_LOOK = {
  reproduces: { word: 'Reproduces', sign: 'reproduces', look: 'reproduces' },
  'no longer reproduces': { word: 'No longer reproduces', sign: 'gone', look: 'gone' },
  unclear: { word: 'Unclear whether it reproduces', sign: 'inconclusive', look: 'unclear' },
} as const;

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
  const status = decide(deciding, newestFirst, nameOf);
  const service = serviceSentence(newestFirst, nameOf, status.status === 'reproduces');
  return service === undefined ? status : { ...status, service };
}

/** Whether it is the service that fails: from the newest run of each check that shows it. Nothing when none does. */
function serviceSentence(
  newestFirst: readonly DecidingRun[],
  nameOf: (check: string) => string,
  reproduces: boolean,
): string | undefined {
  const checks = [...new Set(newestFirst.map(({ check }) => check))];
  const rows = decidingRuns(checks, newestFirst).filter(({ judgement }) => judgement.service !== undefined);
  const [newest] = newestFirst;
  const isElsewhere = ({ source, condition }: DecidingRun) =>
    source !== newest?.source || condition !== newest.condition;
  if (rows.length === 0 || newestFirst.some(isElsewhere)) return undefined;
  const down = rows.filter(({ judgement }) => judgement.service === 'down');
  if (down.length === 0)
    return reproduces ? 'The service itself is up, so it is this limitation.' : 'The service itself is up.';
  const facts = rows.map(({ check, judgement }) => `${nameOf(check)}: ${judgement.observed}`).join('; ');
  return down.length === rows.length
    ? `The service itself is down (${facts}).`
    : `The service itself is up on one side only (${facts}).`;
}

function decide(
  deciding: readonly string[],
  newestFirst: readonly DecidingRun[],
  nameOf: (check: string) => string,
): LimitationStatus {
  const rows = decidingRuns(deciding, newestFirst);
  const [first] = rows;
  const base = { rows: rows.length, of: deciding.length };
  const named = (checks: readonly string[]) => checks.map(nameOf).join(', ');
  const checksOf = (runs: readonly DecidingRun[]) => named(runs.map(({ check }) => check));
  const missing = deciding.filter((check) => !rows.some((row) => row.check === check));
  if (first === undefined || missing.length > 0)
    return { ...base, status: 'unclear', message: `Not run yet: ${named(missing)}.` };
  if (rows.some(({ source }) => source !== first.source))
    return { ...base, status: 'unclear', message: 'The rows ran in different places: run them together.' };
  const since = rows.map(({ endedAt }) => endedAt).sort()[0] ?? first.endedAt;
  const known = { ...base, since, source: first.source };
  const unclear = (message: string) => ({ ...known, status: 'unclear', message }) as const;
  if (rows.some(({ condition }) => condition !== first.condition))
    return unclear('The rows ran in different conditions of the lab: run them together.');
  const silent = rows.filter(({ judgement }) => judgement.limitation === undefined);
  if (silent.length > 0) return unclear(`No clear sign from: ${checksOf(silent)}.`);
  const gone = rows.filter(({ judgement }) => judgement.limitation === 'gone');
  if (gone.length === 0)
    return { ...known, status: 'reproduces', message: `All ${rows.length} deciding rows show it.` };
  if (gone.length < rows.length) return unclear(`It is gone for ${checksOf(gone)}, and not for the others.`);
  return {
    ...known,
    status: 'no longer reproduces',
    message: `All ${rows.length} deciding rows say that it is gone.`,
  };
}
