/** What every report tells of a record, row by row and step by step, in plain words. */
import {
  type EvidenceRecord,
  type RunRecord,
  type StepOutput,
  type StepTimes,
  textOf,
  textPieces,
} from '../run/record.ts';
import { type RunHeader, type StepView, whereOf } from '../run/run.ts';
import type { Identity } from '../run/entry.ts';
import { createUnseen, type Unseen, unseenSentence } from '../text/invisibleText.ts';
import { never, type ShownSource, type Stream, type Verdict } from '../vocabulary.ts';
import { verdictWords } from './format.ts';

/** A step as far as it is known, with its end in words: "exit 7", or why there is no exit. */
export type StepProgress = {
  readonly view: StepView;
  readonly times: StepTimes | undefined;
  readonly end: string;
};

export type StepFacts = StepProgress & {
  readonly id: string;
  readonly role: string;
  /** Its role, or the machine where several play that. */
  readonly where: string;
  readonly command: string;
  readonly identity: Identity | undefined;
  readonly output: StepOutput;
};

export type RowFacts = ReturnType<typeof rowOf>;

/** What of a row is compared and explained: of a run, or of a paste. */
export type JudgedRow = Pick<RowFacts, 'verdict' | 'words' | 'judgement' | 'observed' | 'warnings'> & {
  readonly header: { readonly documented: string; readonly source: ShownSource };
};

/** Every run of a record, in its order. */
export function rowsOf({ runs }: Pick<EvidenceRecord, 'runs'>): RowFacts[] {
  const seen = new Map<string, number>();
  return runs.map((run) => {
    const { check } = run.view.header;
    const times = (seen.get(check) ?? 0) + 1;
    seen.set(check, times);
    return rowOf(run, times === 1 ? check : `${check}~${times}`);
  });
}

/** The facts of one run. `anchor`: the check's id; a second run of the same check in a set has `~2` behind it. */
export function rowOf(run: RunRecord, anchor: string = run.view.header.check) {
  const { header, judgement, state, endedAt } = run.view;
  const verdict = verdictOf(run);
  const seconds = (Date.parse(endedAt ?? '') - Date.parse(header.startedAt)) / 1000;
  const warnings = [
    run.damage === undefined ? '' : `This record is damaged. ${run.damage}`,
    state === 'interrupted' ? 'The server stopped before this run ended: it was interrupted.' : '',
    state === 'cancelled' ? 'This run was cancelled.' : '',
    verdict === 'running' ? 'This run has not ended yet: there is no verdict.' : '',
    judgement?.problem?.message ?? '',
    unseenSentence(unseenOf(run)) ?? '',
  ];
  return {
    run,
    header,
    anchor,
    verdict,
    /** The verdict as reports write it: a recording and a cancelled run are named as such. */
    words: verdictWords(verdict, header.source, state, run.damage !== undefined),
    judgement,
    /** Empty when nothing was concluded. */
    observed: judgement?.observed ?? '',
    /** What must not be overlooked: damaged, interrupted, cancelled, why it is inconclusive. */
    warnings: warnings.filter((message) => message !== ''),
    roles: [...new Set(header.steps.map(({ role }) => role))],
    steps: header.steps.map((step, index) => stepOf(run, step, run.view.steps[index])),
    seconds: Number.isNaN(seconds) ? undefined : Math.max(0, seconds),
  };
}

/** For lists of tests: the title, behind the verdict where that is not a plain one. */
export const testNameOf = ({ words, verdict, header }: RowFacts): string =>
  `${words === verdict ? '' : `[${words}] `}${header.title}`;

const known = new WeakMap<RunRecord, readonly Unseen[]>();

/** What the kept output of all its steps holds that could deceive a reader. */
function unseenOf(run: RunRecord): readonly Unseen[] {
  for (const _ of readRun(run));
  return known.get(run) ?? [];
}

/** Looks once, in steps: a large output would keep others waiting. */
function* readRun(run: RunRecord): Generator<''> {
  if (known.has(run)) return;
  const found = new Set<Unseen>();
  for (const { head, tail } of run.output.values())
    for (const stream of ['stdout', 'stderr'] as const)
      for (const parts of [head, tail]) {
        const unseen = createUnseen();
        for (const part of parts) {
          if (part.stream !== stream) continue;
          unseen.feed(part.bytes);
          yield '';
        }
        for (const kind of unseen.found()) found.add(kind);
      }
  known.set(run, [...found]);
}

/** Reads a record before it is written in chunks. The empty chunks are places where others may have their turn. */
export function* readOutput({ runs }: Pick<EvidenceRecord, 'runs'>): Generator<''> {
  for (const run of runs) yield* readRun(run);
}

/** A verdict counts when the run is closed. A file that was cut before that leaves what was judged, or nothing to conclude from. */
function verdictOf({ view, damage }: RunRecord): Verdict | 'running' {
  if (view.state === 'running' && damage === undefined) return 'running';
  return view.judgement?.verdict ?? 'inconclusive';
}

const noOutput: StepOutput = { head: [], beyond: 0, tail: [] };

function stepOf(run: RunRecord, step: RunHeader['steps'][number], view: StepView | undefined): StepFacts {
  const isOpen = run.view.state === 'running' && run.damage === undefined;
  const progress = stepProgress(view ?? { state: 'waiting', step: step.id }, isOpen, run.times.get(step.id));
  return {
    ...step,
    where: whereOf(step, run.view.header),
    ...progress,
    identity: 'identity' in progress.view ? progress.view.identity : undefined,
    output: run.output.get(step.id) ?? noOutput,
  };
}

/** `isOpen`: its run goes on, so that what has not ended may still do so. */
export const stepProgress = (view: StepView, isOpen: boolean, times?: StepTimes): StepProgress => ({
  view,
  times,
  end: endOf(view, isOpen),
});

function endOf(step: StepView, isOpen: boolean): string {
  switch (step.state) {
    case 'waiting':
      return isOpen ? 'waiting for its turn' : 'was never started';
    case 'running':
      return isOpen ? 'still running' : 'its end is not in the record';
    case 'failed':
      return `failed: ${step.problem.message}`;
    case 'ended': {
      const { ended } = step;
      switch (ended.how) {
        case 'complete':
          return `exit ${ended.exit}`;
        case 'truncated':
          return `cut off at its byte limit, exit ${ended.exit}`;
        case 'overtime':
          return `stopped at its time limit, exit ${ended.exit}`;
        case 'cancelled':
          return `cancelled, exit ${ended.exit}`;
        case 'lost':
        case 'refused':
          return `${ended.how}: ${ended.message}`;
        default:
          return never(ended);
      }
    }
    default:
      return never(step);
  }
}

type StreamText = { readonly stream: Stream; readonly text: string };

/** The streams of a step that have output, in pieces: for formats that show all of it. */
export const streamPieces = ({ output }: StepFacts) =>
  (['stdout', 'stderr'] as const)
    .filter((stream) => [...output.head, ...output.tail].some((part) => part.stream === stream))
    .map((stream) => ({ stream, pieces: textPieces(output, stream) }));

/** Bytes are decoded once, however often a report tries how much of them fits. */
const decoded = new WeakMap<StepFacts, readonly StreamText[]>();

/** The same, each as one text; where bytes are left out, a line says so. */
export function streamsOf(step: StepFacts): readonly StreamText[] {
  const own =
    decoded.get(step) ??
    streamPieces(step).map(({ stream }) => ({ stream, text: textOf(step.output, stream) }));
  decoded.set(step, own);
  return own;
}
