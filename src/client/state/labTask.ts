/** A task in the lab: conditions to apply, and checks to run in each. Pure. */
import type { Answer, Tracked } from './requests.ts';
import { AS_DOCUMENTED, never } from '../../core/vocabulary.ts';
import { type ResultsByCondition, resultsIn } from './conditionResults.ts';

/** On the wire: a cause, with a remedy on top of it. */
export function formatCondition(cause: string, remedy: string | undefined): string {
  return remedy === undefined ? cause : `${cause}+${remedy}`;
}

export function parseCondition(name: string): {
  readonly cause: string;
  readonly remedy: string | undefined;
} {
  const [cause = name, remedy] = name.split('+');
  return { cause, remedy };
}

export type Step =
  | { readonly do: 'apply'; readonly cause: string; readonly remedy: string | undefined }
  | { readonly do: 'release' }
  | { readonly do: 'ask' }
  | { readonly do: 'run'; readonly checks: readonly string[] };

/** `owner` is the part of the page that started it and shows its progress. */
export type LabTask = { readonly owner: string; readonly steps: readonly Step[] };

export type LabTaskState =
  | { readonly at: 'idle' }
  | {
      readonly at: 'running';
      readonly task: LabTask;
      readonly step: number;
      /** `accepted`: the checks of the step run now. */
      readonly stage: 'unsent' | 'sent' | 'accepted';
    }
  | { readonly at: 'done'; readonly task: LabTask }
  | { readonly at: 'failed'; readonly task: LabTask; readonly message: string };

export function stepOf(state: LabTaskState): Step | undefined {
  return state.at === 'running' ? state.task.steps[state.step] : undefined;
}

/** The step to ask the server for now, if it was not asked for yet. */
export function unsentStep(state: LabTaskState): Step | undefined {
  return state.at === 'running' && state.stage === 'unsent' ? stepOf(state) : undefined;
}

/** The state after the answer to the request of `step`; an answer to a task that was abandoned changes nothing. */
export function onReply(state: LabTaskState, task: LabTask, step: number, answer: Answer): LabTaskState {
  if (state.at !== 'running' || state.task !== task || state.step !== step) return state;
  if (answer.how === 'refused') return { at: 'failed', task, message: answer.message };
  return stepOf(state)?.do === 'run' ? { ...state, stage: 'accepted' } : nextStep(state);
}

export function onChecksEnded(state: LabTaskState, isBusy: (check: string) => boolean): LabTaskState {
  const step = stepOf(state);
  if (state.at !== 'running' || state.stage !== 'accepted' || step?.do !== 'run') return state;
  return step.checks.some(isBusy) ? state : nextStep(state);
}

function nextStep(state: Extract<LabTaskState, { at: 'running' }>): LabTaskState {
  const step = state.step + 1;
  return step < state.task.steps.length
    ? { ...state, step, stage: 'unsent' }
    : { at: 'done', task: state.task };
}

export type TryOptions = {
  readonly owner: string;
  readonly cause: string;
  readonly remedy: string | undefined;
  readonly checks: readonly string[];
};

/** The condition to compare with: the cause for a remedy, the documented condition for a cause. */
export function baselineOf(cause: string, remedy: string | undefined): string {
  return remedy === undefined ? AS_DOCUMENTED : cause;
}

const runStep = (checks: readonly string[]): Step[] => (checks.length === 0 ? [] : [{ do: 'run', checks }]);

/** Applies a condition and runs the checks; first whatever the comparison still lacks. Without checks it only applies the condition. */
export function planTry(
  { owner, cause, remedy, checks }: TryOptions,
  tables: ResultsByCondition,
  present: string,
): LabTask {
  const baseline = baselineOf(cause, remedy);
  const first: Step[] =
    baseline === formatCondition(cause, remedy) || isComplete(tables, baseline, checks)
      ? []
      : [
          ...(present === baseline
            ? []
            : [{ do: 'apply', cause: baseline, remedy: undefined } satisfies Step]),
          ...runStep(checks),
        ];
  return { owner, steps: [...first, { do: 'apply', cause, remedy }, ...runStep(checks)] };
}

/** Back to the documented condition, then runs the checks. Only the holder can release the lab, so others apply a condition first. */
export function planReset(owner: string, checks: readonly string[], mine: boolean): LabTask {
  const acquire: Step[] = mine ? [] : [{ do: 'apply', cause: AS_DOCUMENTED, remedy: undefined }];
  return { owner, steps: [...acquire, { do: 'release' }, ...runStep(checks)] };
}

/** The request of a step; `key` tells its answer from others. */
export function stepMessage(step: Step, key: string): Tracked & { readonly key: string } {
  switch (step.do) {
    case 'run':
      return { type: 'run', key, checks: [...step.checks] };
    case 'apply': {
      const { cause, remedy } = step;
      return { type: 'condition', key, cause, ...(remedy === undefined ? {} : { remedy }) };
    }
    case 'release':
    case 'ask':
      return { type: step.do, key };
    default:
      return never(step);
  }
}

function isComplete(tables: ResultsByCondition, condition: string, checks: readonly string[]): boolean {
  const table = resultsIn(tables, condition);
  return checks.every((check) => table.has(check));
}
