/** The state of a run, folded from its entries; the same on the server, in the page and in a recording. Output bytes are left to the caller. */
import type { EndedStep, Entry, Identity, RunEvent } from './entry.ts';
import type { Judgement } from './judgement.ts';
import { never, type Problem } from '../vocabulary.ts';

export type StepView =
  | { readonly state: 'waiting'; readonly step: string }
  | {
      readonly state: 'running';
      readonly step: string;
      readonly machine: string;
      readonly identity: Identity;
      readonly bytes: number;
    }
  | {
      readonly state: 'ended';
      readonly step: string;
      readonly machine: string;
      readonly identity: Identity;
      readonly bytes: number;
      readonly ended: EndedStep;
      readonly seconds: number;
    }
  | { readonly state: 'failed'; readonly step: string; readonly problem: Problem };

export type RunHeader = Extract<RunEvent, { kind: 'header' }>;

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

/**
 * Takes one entry into the view. The first must be the header.
 * An entry with a number other than the next is refused with a throw: a gap or a double is a fault of ours, never shown as evidence.
 */
export function fold(view: RunView | undefined, entry: Entry): RunView {
  const expected = view?.next ?? 0;
  if (entry.seq !== expected) throw new Error(`run log: expected entry ${expected}, got ${entry.seq}`);
  const { body } = entry;
  if (view === undefined) {
    if (body.kind !== 'header') throw new Error(`run log: expected the header first, got ${body.kind}`);
    return {
      header: body,
      state: 'running',
      steps: body.steps.map(({ id }) => ({ state: 'waiting', step: id })),
      notes: [],
      next: 1,
    };
  }
  const next = { ...view, next: body.kind === 'skipped' ? body.until : view.next + 1 };
  const withStep = (id: string, change: (step: StepView) => StepView) => ({
    ...next,
    steps: view.steps.map((s) => (s.step === id ? change(s) : s)),
  });
  switch (body.kind) {
    case 'header':
      throw new Error('run log: a second header');
    case 'step-started':
      return withStep(body.step, () => ({
        state: 'running',
        step: body.step,
        machine: body.machine,
        identity: body.identity,
        bytes: 0,
      }));
    case 'output':
      return withStep(body.step, (s) =>
        s.state === 'running' ? { ...s, bytes: s.bytes + body.bytes.length } : s,
      );
    case 'skipped':
      if (body.until <= entry.seq) throw new Error('run log: what was left out leads backwards');
      return {
        ...next,
        steps: view.steps.map((s) =>
          s.state === 'running' ? { ...s, bytes: s.bytes + (body.bytes[s.step] ?? 0) } : s,
        ),
      };
    case 'step-note':
      return { ...next, notes: [...view.notes, body.message] };
    case 'step-ended':
      return withStep(body.step, (s) =>
        s.state === 'running' ? { ...s, state: 'ended', ended: body.ended, seconds: body.seconds } : s,
      );
    case 'step-failed':
      return withStep(body.step, () => ({ state: 'failed', step: body.step, problem: body.problem }));
    case 'judged':
      return { ...next, judgement: body.judgement };
    case 'closed':
      return { ...next, state: body.how, endedAt: body.endedAt };
    default:
      return never(body);
  }
}
