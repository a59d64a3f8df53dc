/** The lab's condition and its holder, read from the state. Pure. */
import type { ConditionView, LabView } from '../../core/protocol/down.ts';
import { AS_DOCUMENTED, never } from '../../core/vocabulary.ts';
import { type LabTaskState, stepOf, formatCondition, parseCondition } from './labTask.ts';
import { isBusy, type State, checkStateOf } from './state.ts';
import { condition as inWords } from '../../core/report/format.ts';

export type LabHolder =
  | { readonly by: 'nobody' }
  | { readonly by: 'you'; readonly until: string; readonly asked: string | null }
  | {
      readonly by: 'another';
      readonly holder: string;
      readonly until: string;
      readonly asked: string | null;
      readonly youAreNext: boolean;
    };

export type LabStatus = {
  readonly present: string;
  readonly view: LabView;
  readonly holder: LabHolder;
};

/** The lab as it is now; undefined for real machines, or without a server. */
export function labStatus({ link, fleet, you }: State): LabStatus | undefined {
  if (link.state !== 'open' || fleet?.state !== 'ready' || fleet.source !== 'lab') return undefined;
  const { lab } = fleet;
  if (lab === undefined) return undefined;
  return { present: fleet.condition, view: lab, holder: holderOf(lab, you) };
}

function holderOf({ lease }: LabView, you: string): LabHolder {
  if (lease === null) return { by: 'nobody' };
  const { holder, until, asked } = lease;
  return holder === you
    ? { by: 'you', until, asked }
    : { by: 'another', holder, until, asked, youAreNext: asked === you };
}

/** The titles of a condition's parts, or its name in words if the lab does not know it. */
export function titleOf(conditions: readonly ConditionView[], name: string): string {
  const { cause, remedy } = parseCondition(name);
  const title = (part: string) => conditions.find((one) => one.name === part)?.title ?? inWords(part);
  if (remedy === undefined) return title(cause);
  return cause === AS_DOCUMENTED ? title(remedy) : `${title(remedy)}, on ${title(cause)}`;
}

export function causes(conditions: readonly ConditionView[]): ConditionView[] {
  return conditions.filter(({ kind }) => kind === 'cause');
}

/** The progress of a lab task in one line, undefined when none runs. */
export function taskProgress(
  state: State,
  task: LabTaskState,
  conditions: readonly ConditionView[],
): string | undefined {
  const step = stepOf(task);
  if (task.at !== 'running' || step === undefined) return undefined;
  const many = task.task.steps.length;
  const count = many > 1 ? `Step ${task.step + 1} of ${many}: ` : '';
  switch (step.do) {
    case 'apply':
      return `${count}applying “${titleOf(conditions, formatCondition(step.cause, step.remedy))}”`;
    case 'release':
      return `${count}returning the lab to “${titleOf(conditions, AS_DOCUMENTED)}”`;
    case 'ask':
      return `${count}asking for the lab`;
    case 'run': {
      const done = step.checks.filter((check) => !isBusy(checkStateOf(state, check))).length;
      return `${count}running every check, ${task.stage === 'accepted' ? done : 0} of ${step.checks.length} done`;
    }
    default:
      return never(step);
  }
}

export function holderSentence(holder: LabHolder): string {
  const clock = (until: string) => `${until.slice(11, 16)} UTC`;
  const next = (asked: string | null) => (asked === null ? '' : ` ${asked} is next.`);
  switch (holder.by) {
    case 'nobody':
      return 'Nobody has the lab. Apply a condition to have it for a while; others can watch.';
    case 'you':
      return `You have the lab until ${clock(holder.until)}.${next(holder.asked)}`;
    case 'another':
      return `${holder.holder} has the lab until ${clock(holder.until)}.${holder.youAreNext ? ' You are next.' : next(holder.asked)} Their runs show here too.`;
    default:
      return never(holder);
  }
}
