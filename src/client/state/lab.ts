/** What a reader may know and do about the lab's condition just now, read from the state. Pure; drawing is left to the elements. */
import type { ConditionView, LabView } from '../../core/protocol/down.ts';
import { never } from '../../core/vocabulary.ts';
import { type LabTaskState, stepOf } from './labTask.ts';
import { isBusy, type State, checkStateOf } from './state.ts';
import { documentedCondition, formatCondition, parseCondition } from './conditionResults.ts';
import { condition as inWords } from './format.ts';

/** Who may change the lab. */
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

/** The lab as it is now; nothing when these are real machines, or nobody answers. */
export function labStatus({ link, fleet, you }: State): LabStatus | undefined {
  if (link.state !== 'open' || fleet?.state !== 'ready' || fleet.source !== 'lab') return undefined;
  const { lab } = fleet;
  if (lab === undefined) return undefined;
  return { present: fleet.condition, view: lab, holder: holdingOf(lab, you) };
}

function holdingOf({ lease }: LabView, you: string): LabHolder {
  if (lease === null) return { by: 'nobody' };
  const { holder, until, asked } = lease;
  return holder === you
    ? { by: 'you', until, asked }
    : { by: 'another', holder, until, asked, youAreNext: asked === you };
}

export function isDocumentedCondition(present: string): boolean {
  return present === '' || present === documentedCondition;
}

/** The titles of a condition's parts; its name in words where the lab does not know it. */
export function titleOf(conditions: readonly ConditionView[], name: string): string {
  const { cause, remedy } = parseCondition(name);
  const title = (part: string) => conditions.find((one) => one.name === part)?.title ?? inWords(part);
  if (remedy === undefined) return title(cause);
  return cause === documentedCondition ? title(remedy) : `${title(remedy)}, on ${title(cause)}`;
}

export function remediesFor(conditions: readonly ConditionView[], cause: string): ConditionView[] {
  return conditions.filter((one) => one.kind === 'remedy' && one.for.includes(cause));
}

export function causes(conditions: readonly ConditionView[]): ConditionView[] {
  return conditions.filter(({ kind }) => kind === 'cause');
}

/** How far an errand is, in one line; nothing when none is on its way. */
export function taskProgress(
  state: State,
  doing: LabTaskState,
  conditions: readonly ConditionView[],
): string | undefined {
  const step = stepOf(doing);
  if (doing.at !== 'running' || step === undefined) return undefined;
  const many = doing.task.steps.length;
  const count = many > 1 ? `Step ${doing.step + 1} of ${many}: ` : '';
  switch (step.do) {
    case 'apply':
      return `${count}putting the lab into “${titleOf(conditions, formatCondition(step.cause, step.remedy))}”`;
    case 'release':
      return `${count}putting the lab back to “${titleOf(conditions, documentedCondition)}”`;
    case 'ask':
      return `${count}asking for the lab`;
    case 'run': {
      const done = step.checks.filter((check) => !isBusy(checkStateOf(state, check))).length;
      const told = doing.stage.at === 'accepted' ? done : 0;
      return `${count}taking every check, ${told} of ${step.checks.length} done`;
    }
    default:
      return never(step);
  }
}

/** Who has the lab, in one sentence. */
export function holderSentence(holding: LabHolder): string {
  const clock = (until: string) => `${until.slice(11, 16)} UTC`;
  const next = (asked: string | null) => (asked === null ? '' : ` ${asked} has asked to have it next.`);
  switch (holding.by) {
    case 'nobody':
      return 'Nobody has the lab. Whoever applies a condition has it for a while; the others follow along.';
    case 'you':
      return `You have the lab until ${clock(holding.until)}.${next(holding.asked)}`;
    case 'another':
      return `${holding.holder} has the lab until ${clock(holding.until)}.${holding.youAreNext ? ' You have it next.' : next(holding.asked)} What they take shows here too.`;
    default:
      return never(holding);
  }
}
