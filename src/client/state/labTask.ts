/** What a reader has set going in the lab: conditions to put on, checks to take in each. Pure; saying it to the server is left to `session.ts`. */
import type { Down } from '../../core/protocol/down.ts';
import { never } from '../../core/vocabulary.ts';
import { HOME, isComplete, nameOf, type Tables } from './conditionResults.ts';

export type Step =
  | { readonly do: 'put'; readonly cause: string; readonly remedy: string | undefined }
  | { readonly do: 'release' }
  | { readonly do: 'ask' }
  | { readonly do: 'take'; readonly checks: readonly string[] };

/** `owner` is the part of the page that began it, and that shows how it goes. */
export type Errand = { readonly owner: string; readonly steps: readonly Step[] };

export type Doing =
  | { readonly at: 'rest' }
  | {
      readonly at: 'doing';
      readonly errand: Errand;
      readonly step: number;
      readonly stage:
        | { readonly at: 'unsaid' }
        | { readonly at: 'said'; readonly key: string }
        /** The server took the checks on; they are on their way. */
        | { readonly at: 'taken on' };
    }
  | { readonly at: 'done'; readonly errand: Errand }
  | { readonly at: 'failed'; readonly errand: Errand; readonly say: string };

export const REST: Doing = { at: 'rest' };

export function started(errand: Errand): Doing {
  return { at: 'doing', errand, step: 0, stage: { at: 'unsaid' } };
}

export function stepOf(doing: Doing): Step | undefined {
  return doing.at === 'doing' ? doing.errand.steps[doing.step] : undefined;
}

export function said(doing: Doing, key: string): Doing {
  return doing.at === 'doing' ? { ...doing, stage: { at: 'said', key } } : doing;
}

/** What the server's answer makes of it. After a loss of connection an unanswered condition is said again. */
export function heard(doing: Doing, down: Down): Doing {
  if (doing.at !== 'doing' || doing.stage.at !== 'said') return doing;
  switch (down.type) {
    case 'done':
      return down.key === doing.stage.key ? passed(doing) : doing;
    case 'accepted':
      return down.key === doing.stage.key ? { ...doing, stage: { at: 'taken on' } } : doing;
    case 'refused':
      return down.key === doing.stage.key ? { at: 'failed', errand: doing.errand, say: down.say } : doing;
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
export function settled(doing: Doing, isBusy: (check: string) => boolean): Doing {
  const step = stepOf(doing);
  if (doing.at !== 'doing' || doing.stage.at !== 'taken on' || step?.do !== 'take') return doing;
  return step.checks.some(isBusy) ? doing : passed(doing);
}

function passed(doing: Extract<Doing, { at: 'doing' }>): Doing {
  const step = doing.step + 1;
  return step < doing.errand.steps.length
    ? { ...doing, step, stage: { at: 'unsaid' } }
    : { at: 'done', errand: doing.errand };
}

export type Wanted = {
  readonly owner: string;
  readonly cause: string;
  readonly remedy: string | undefined;
  readonly checks: readonly string[];
};

/** With what a condition is compared: a remedy with its cause, a cause with what the page documents. */
export function baselineOf(cause: string, remedy: string | undefined): string {
  return remedy === undefined ? HOME : cause;
}

const take = (checks: readonly string[]): Step[] => (checks.length === 0 ? [] : [{ do: 'take', checks }]);

/** Puts a condition on and takes the checks; before that, whatever the comparison still lacks. Without a check only the condition is put on. */
export function toTry({ owner, cause, remedy, checks }: Wanted, tables: Tables, present: string): Errand {
  const baseline = baselineOf(cause, remedy);
  const first: Step[] =
    baseline === nameOf(cause, remedy) || isComplete(tables, baseline, checks)
      ? []
      : [
          ...(present === baseline ? [] : [{ do: 'put', cause: baseline, remedy: undefined } satisfies Step]),
          ...take(checks),
        ];
  return { owner, steps: [...first, { do: 'put', cause, remedy }, ...take(checks)] };
}

/** Back to what the page documents, and the checks taken in it. Whoever does not hold the lab has to take it first. */
export function toGoBack(owner: string, checks: readonly string[], mine: boolean): Errand {
  const put: Step[] = mine ? [] : [{ do: 'put', cause: HOME, remedy: undefined }];
  return { owner, steps: [...put, { do: 'release' }, ...take(checks)] };
}
