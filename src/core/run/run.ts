/** The state of a run, folded from its entries: the same on the server, in the page and in a recording. */
import type { EndedStep, Entry, Identity, RunEvent } from './entry.ts';
import type { Judgement } from './judgement.ts';
import { never, type Problem } from '../vocabulary.ts';

type Started = {
  readonly step: string;
  readonly machine: string;
  readonly identity: Identity;
  /** Of its output, so far. */
  readonly bytes: number;
};
export type StepView =
  | { readonly state: 'waiting'; readonly step: string }
  | (Started & { readonly state: 'running' })
  | (Started & { readonly state: 'ended'; readonly ended: EndedStep; readonly seconds: number })
  | { readonly state: 'failed'; readonly step: string; readonly problem: Problem };

export type RunHeader = Extract<RunEvent, { kind: 'header' }>;

/** Where a step ran, as readers know it: its role, or the machine where several play that. */
export const whereOf = (
  { id, role }: RunHeader['steps'][number],
  { members }: Pick<RunHeader, 'members'>,
): string => (members?.role === role ? id.slice(id.indexOf('@') + 1) : role);

/** The id of a step in its check, from the id in a run. */
export const stepInCheck = (id: string): string => id.replace(/@.*/, '');

export type RunView = {
  readonly header: RunHeader;
  readonly state: 'running' | 'finished' | 'cancelled' | 'interrupted';
  readonly steps: readonly StepView[];
  readonly notes: readonly string[];
  readonly judgement?: Judgement;
  readonly endedAt?: string;
  /** The number of the next entry that fits. */
  readonly next: number;
};

/** The view after one more entry; the first must be the header. Throws on any number but the next: a gap is never shown as evidence. */
export function fold(view: RunView | undefined, { seq, body }: Entry): RunView {
  const expected = view?.next ?? 0;
  if (seq !== expected) throw new Error(`run log: expected entry ${expected}, got ${seq}`);
  if (view === undefined) {
    if (body.kind !== 'header') throw new Error(`run log: expected the header first, got ${body.kind}`);
    const steps = body.steps.map(({ id }) => ({ state: 'waiting', step: id }) as const);
    return { header: body, state: 'running', steps, notes: [], next: 1 };
  }
  const next = { ...view, next: body.kind === 'skipped' ? body.until : view.next + 1 };
  const changed = (change: (step: StepView) => StepView) => ({ ...next, steps: view.steps.map(change) });
  const replaced = (step: StepView) => changed((one) => (one.step === step.step ? step : one));
  const received = (bytes: Readonly<Record<string, number>>) =>
    changed((one) => (one.state === 'running' ? { ...one, bytes: one.bytes + (bytes[one.step] ?? 0) } : one));
  switch (body.kind) {
    case 'header':
      throw new Error('run log: a second header');
    case 'step-started': {
      const { step, machine, identity } = body;
      return replaced({ state: 'running', step, machine, identity, bytes: 0 });
    }
    case 'output':
      return received({ [body.step]: body.bytes.length });
    case 'skipped':
      if (body.until <= seq) throw new Error('run log: skipped entries lead backwards');
      return received(body.bytes);
    case 'step-note':
      return { ...next, notes: [...view.notes, body.message] };
    case 'step-ended': {
      const { step, ended, seconds } = body;
      return changed((one) =>
        one.step === step && one.state === 'running' ? { ...one, state: 'ended', ended, seconds } : one,
      );
    }
    case 'step-failed':
      return replaced({ state: 'failed', step: body.step, problem: body.problem });
    case 'judged':
      return { ...next, judgement: body.judgement };
    case 'closed':
      return { ...next, state: body.how, endedAt: body.endedAt };
    default:
      return never(body);
  }
}
