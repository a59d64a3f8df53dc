/** How the steps of a run stand in its session: where each runs, and which controls are folded. */
import { type RunHeader, type RunView, stepInCheck, whereOf } from '../../core/run/run.ts';
import type { Moment } from '../state/runLog.ts';

/** What a page knows of a check's step. With `why` it is a control of ours. */
export type PageStep = { readonly id: string; readonly why?: string; readonly background?: boolean };

export type TypedStep = {
  /** Where it runs: "backend .20". */
  readonly place: string;
  readonly command: string;
  /** Later steps run beside it. */
  readonly isJob: boolean;
  /** Why it is there, for a control that is folded to one line. */
  readonly folded: string | undefined;
};
export type TypedSteps = ReadonlyMap<string, TypedStep>;

export type Page = {
  /** The short names of roles: `{"backend": ".20"}`. */
  readonly shorts: Readonly<Record<string, string>>;
  readonly steps: readonly PageStep[];
};

/** Of a role with its short name, or of the machine where several play that. */
export function placeOf(
  step: RunHeader['steps'][number],
  header: Pick<RunHeader, 'members'>,
  { shorts }: Page,
): string {
  const where = whereOf(step, header);
  return `${where} ${where === step.role ? (shorts[where] ?? '') : ''}`.trim();
}

/** A run of nothing but controls is not folded: there would be nothing left of it. */
export function typedSteps(
  { header }: Pick<RunView, 'header'>,
  page: Page,
  controls: 'folded' | 'shown',
): TypedSteps {
  const { steps } = header;
  const known = new Map(page.steps.map((step) => [step.id, step]));
  const isFolded =
    controls === 'folded' && steps.some(({ id }) => known.get(stepInCheck(id))?.why === undefined);
  return new Map(
    steps.map((step) => {
      const { id, command } = step;
      const own = known.get(stepInCheck(id));
      const folded = isFolded && own?.why !== undefined ? reason(own.why) : undefined;
      return [id, { place: placeOf(step, header, page), command, isJob: own?.background === true, folded }];
    }),
  );
}

/** The steps beside which others began: what only the run itself tells. */
export const jobsOf = (moments: readonly Moment[]): PageStep[] =>
  moments.flatMap(({ step, what }, index) => {
    if (what !== 'begins') return [];
    const end = moments.findIndex((one) => one.step === step && one.what === 'ends');
    return moments.slice(index + 1, end).some((one) => one.what === 'begins')
      ? [{ id: step, background: true }]
      : [];
  });

/** Its first sentence; that it is a control is said before it. */
function reason(why: string): string {
  const own = why.replace(/^The control[^:.]*: /, '');
  const [first = own] = own.split(/[.;](?= |$)/);
  return first.slice(0, 1).toUpperCase() + first.slice(1);
}
