/** What the newest runs of a writeup show as a whole: the same for a server, whose pages only draw it, and for the recordings of a site. */
import type { Check } from './check/check.ts';
import type { Writeup } from './check/writeup.ts';
import { observationsOf } from './diagnosis/observations.ts';
import { difference, joined } from './report/lineDifference.ts';
import { attemptsView } from './pictures/attemptsView.ts';
import { nameOutcomes } from './pictures/outcome-ids.ts';
import { pathView } from './pictures/path-state.ts';
import { type Pictures, pictureRules } from './pictures/picture.ts';
import type { EndedRun } from './protocol/down.ts';
import type { LimitationView, Overview } from './protocol/overview.ts';
import { isDocumentedCondition } from './report/format.ts';
import { isCurrent, limitationStatus, STATUS_LOOK } from './run/limitation.ts';

export type OverviewSubject = {
  readonly writeup: Pick<Writeup, 'limitation' | 'roles'>;
  readonly checks: readonly { readonly check: Check; readonly hash: string }[];
  readonly pictures: Pictures;
};

/** The overview of a writeup for any ended runs of its checks. What does not depend on runs is worked out once. */
export function createOverview({ writeup, checks, pictures }: OverviewSubject) {
  const byId = new Map(checks.map(({ check }) => [check.id, check]));
  const hashes = new Map(checks.map(({ check, hash }) => [check.id, hash]));
  const roles = writeup.roles.map(({ role }) => role);
  const rules = pictureRules(pictures, byId, roles);
  const limitation = createLimitationView(writeup.limitation?.checks, byId, hashes);
  return (ended: readonly EndedRun[]): Overview => {
    const runs = newestRuns(ended.filter(({ check }) => byId.has(check)));
    const observations = nameOutcomes(observationsOf(runs, hashes), rules.outcomes);
    const ofAttempts = Object.entries(rules.attempts).map(
      ([name, attempts]) => [name, attemptsView(attempts, rules, runs, observations)] as const,
    );
    const ofPaths = Object.entries(rules.paths).flatMap(([name, path]) => {
      const view = pathView(path, observations);
      return view === undefined ? [] : [[name, view] as const];
    });
    return {
      runs: runs.length,
      ...limitation(runs),
      differences: Object.fromEntries(runs.flatMap((run) => differenceOf(run, byId.get(run.check)))),
      pictures: Object.fromEntries([...ofAttempts, ...ofPaths]),
    };
  };
}

/** The newest run of each check, newest first. One that was cancelled or interrupted never replaces a finished one. */
export function newestRuns(ended: readonly EndedRun[]): readonly EndedRun[] {
  const newestFirst = ended.toSorted((a, b) => (a.endedAt < b.endedAt ? 1 : -1));
  const finished = newestFirst.filter(({ how }) => how === 'finished');
  const chosen = new Map([...finished, ...newestFirst].toReversed().map((run) => [run.check, run]));
  return newestFirst.filter((run) => chosen.get(run.check) === run);
}

function differenceOf(
  { check: id, run, judgement: { observed, problem } }: EndedRun,
  check: Check | undefined,
): [string, Overview['differences'][string]][] {
  const documented = check?.documented.value ?? observed;
  if (problem !== undefined || observed === documented) return [];
  return [[id, { run, parts: [...joined(difference(documented, observed))] }]];
}

function createLimitationView(
  deciding: readonly string[] | undefined,
  checks: ReadonlyMap<string, Check>,
  hashes: ReadonlyMap<string, string>,
): (runs: readonly EndedRun[]) => { readonly limitation?: LimitationView } {
  if (deciding === undefined) return () => ({});
  // With those that show whether the service itself is up.
  const counted = [...checks.values()].filter(
    ({ id, outcomes }) => deciding.includes(id) || outcomes.some(({ service }) => service),
  );
  return (runs) => {
    const rows = counted.flatMap(
      ({ id }) => runs.find((run) => run.check === id && isCurrent(run, hashes)) ?? [],
    );
    if (!rows.some(({ check }) => deciding.includes(check)))
      return { limitation: { ...NOT_RUN, why: decideText(deciding), conditions: [] } };
    const { status, message, service, since, source } = limitationStatus(
      deciding,
      rows,
      (check) => `“${checks.get(check)?.title ?? check}”`,
    );
    const { word } = STATUS_LOOK[status];
    const why = status === 'reproduces' ? (service ?? message) : `${service ?? ''} ${message}`.trim();
    const conditions = [...new Set(rows.map(({ condition }) => condition))];
    return {
      limitation: {
        ...(source === 'recording'
          ? { word: `${word}, says a recording`, sign: 'recording', look: 'recording' }
          : STATUS_LOOK[status]),
        why: why.replace(/\.$/, ''),
        ...(since && { since }),
        ...(source && { source }),
        conditions: conditions.filter((name) => !isDocumentedCondition(name)),
      },
    };
  };
}

/** The limitation before any run of the checks that decide. */
export const NOT_RUN = { word: 'Not run yet', sign: 'not-run', look: 'not-run' };
/** How many checks decide, where none has run. */
export const decideText = ({ length }: readonly string[]): string =>
  length === 1 ? 'One check decides.' : `${length} checks decide.`;
