/** What a reader has set going in the lab: conditions to put on, checks to take in each. Pure; saying it to the server is left to `session.ts`. */
import type { Down } from '../../core/protocol/down.ts';
import { never } from '../../core/vocabulary.ts';
import { documentedCondition, isComplete, formatCondition, type Tables } from './conditionResults.ts';

export type Step =
  | { readonly do: 'put'; readonly cause: string; readonly remedy: string | undefined }
  | { readonly do: 'release' }
  | { readonly do: 'ask' }
  | { readonly do: 'take'; readonly checks: readonly string[] };

/** `owner` is the part of the page that began it, and that shows how it goes. */
export type LabTask = { readonly owner: string; readonly steps: readonly Step[] };

export type LabTaskState =
  | { readonly at: 'rest' }
  | {
      readonly at: 'doing';
      readonly labTask: LabTask;
      readonly step: number;
      readonly stage:
        | { readonly at: 'unsaid' }
        | { readonly at: 'said'; readonly key: string }
        /** The server took the checks on; they are on their way. */
        | { readonly at: 'taken on' };
    }
  | { readonly at: 'done'; readonly labTask: LabTask }
  | { readonly at: 'failed'; readonly labTask: LabTask; readonly message: string };

export const IDLE: LabTaskState = { at: 'rest' };

export function startTask(labTask: LabTask): LabTaskState {
  return { at: 'doing', labTask, step: 0, stage: { at: 'unsaid' } };
}

export function stepOf(doing: LabTaskState): Step | undefined {
  return doing.at === 'doing' ? doing.labTask.steps[doing.step] : undefined;
}

export function onRequestSent(doing: LabTaskState, key: string): LabTaskState {
  return doing.at === 'doing' ? { ...doing, stage: { at: 'said', key } } : doing;
}

/** What the server's answer makes of it. After a loss of connection an unanswered condition is said again. */
export function heard(doing: LabTaskState, down: Down): LabTaskState {
  if (doing.at !== 'doing' || doing.stage.at !== 'said') return doing;
  switch (down.type) {
    case 'done':
      return down.key === doing.stage.key ? passed(doing) : doing;
    case 'accepted':
      return down.key === doing.stage.key ? { ...doing, stage: { at: 'taken on' } } : doing;
    case 'refused':
      return down.key === doing.stage.key
        ? { at: 'failed', labTask: doing.labTask, message: down.message }
        : doing;
    case 'welcome':
      return stepOf(doing)?.do === 'take' ? doing : { ...doing, stage: { at: 'unsaid' } };
    case 'fleet':
    case 'summary':
    case 'unknown-run':
    case 'standing':
    case 'here':
    case 'presenting':
    case 'set':
    case 'frozen':
    case 'notices':
      return doing;
    default:
      return never(down);
  }
}

/** Goes on once the last of the step's checks has ended. */
export function settled(doing: LabTaskState, isBusy: (check: string) => boolean): LabTaskState {
  const step = stepOf(doing);
  if (doing.at !== 'doing' || doing.stage.at !== 'taken on' || step?.do !== 'take') return doing;
  return step.checks.some(isBusy) ? doing : passed(doing);
}

function passed(doing: Extract<LabTaskState, { at: 'doing' }>): LabTaskState {
  const step = doing.step + 1;
  return step < doing.labTask.steps.length
    ? { ...doing, step, stage: { at: 'unsaid' } }
    : { at: 'done', labTask: doing.labTask };
}

export type Wanted = {
  readonly owner: string;
  readonly cause: string;
  readonly remedy: string | undefined;
  readonly checks: readonly string[];
};

/** With what a condition is compared: a remedy with its cause, a cause with what the page documents. */
export function baselineOf(cause: string, remedy: string | undefined): string {
  return remedy === undefined ? documentedCondition : cause;
}

const take = (checks: readonly string[]): Step[] => (checks.length === 0 ? [] : [{ do: 'take', checks }]);

/** Puts a condition on and takes the checks; before that, whatever the comparison still lacks. Without a check only the condition is put on. */
export function planTry({ owner, cause, remedy, checks }: Wanted, tables: Tables, present: string): LabTask {
  const baseline = baselineOf(cause, remedy);
  const first: Step[] =
    baseline === formatCondition(cause, remedy) || isComplete(tables, baseline, checks)
      ? []
      : [
          ...(present === baseline ? [] : [{ do: 'put', cause: baseline, remedy: undefined } satisfies Step]),
          ...take(checks),
        ];
  return { owner, steps: [...first, { do: 'put', cause, remedy }, ...take(checks)] };
}

/** Back to what the page documents, and the checks taken in it. Whoever does not hold the lab has to take it first. */
export function planReset(owner: string, checks: readonly string[], mine: boolean): LabTask {
  const put: Step[] = mine ? [] : [{ do: 'put', cause: documentedCondition, remedy: undefined }];
  return { owner, steps: [...put, { do: 'release' }, ...take(checks)] };
}
