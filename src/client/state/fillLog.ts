/** Fills the log of a run. Loaded with the first entries. */
import type { Entry } from '../../core/run/entry.ts';
import { fold } from '../../core/run/run.ts';
import type { Moment, OpenRunLog } from './runLog.ts';

export const KEPT_BYTES_PER_STEP = 2 * 1024 * 1024;
const TOGETHER_MS = 50;
const LINE_FEED = 0x0a;

type Output = Extract<Moment, { what: 'output' }>;

/** Skips entries that are known already; a gap throws. */
export function append(log: OpenRunLog, entries: readonly Entry[]): void {
  // Moments before this one have been told of.
  const batchStart = log.moments.length;
  let changed = false;
  for (const entry of entries) {
    if (entry.seq < (log.view?.next ?? 0)) continue;
    log.view = fold(log.view, entry);
    add(log, entry, batchStart);
    changed = true;
  }
  if (changed) log.tell();
}

/** Forgets everything, for a recording that is played again. */
export function restart(log: OpenRunLog): void {
  log.view = undefined;
  log.moments = [];
  log.came.clear();
  log.openLines.clear();
  log.tell();
}

function add(log: OpenRunLog, { at, body }: Entry, batchStart: number): void {
  const { moments } = log;
  switch (body.kind) {
    case 'step-started':
      moments.push({ at, step: body.step, what: 'begins' });
      break;
    case 'output': {
      const { step, stream, bytes } = body;
      keep(log, { at, step, what: 'output', stream, bytes }, batchStart);
      break;
    }
    case 'skipped':
      for (const [step, count] of Object.entries(body.bytes))
        moments.push({ at, step, what: 'left-out', count });
      break;
    case 'step-ended':
    case 'step-failed': {
      const { step } = body;
      const beyond = Math.max(0, (log.came.get(step) ?? 0) - KEPT_BYTES_PER_STEP);
      const view = log.view?.steps.find((one) => one.step === step);
      if (view !== undefined) moments.push({ at, step, what: 'ends', view, beyond });
    }
  }
}

function keep(log: OpenRunLog, output: Output, batchStart: number): void {
  const { at, step, bytes } = output;
  const before = log.came.get(step) ?? 0;
  const total = before + bytes.length;
  log.came.set(step, total);
  // A copy: the message that carried it may be far larger than the part that is kept.
  const part = bytes.slice(0, Math.max(0, KEPT_BYTES_PER_STEP - before));
  if (part.length > 0) pushOutput(log, { ...output, bytes: part }, batchStart);
  if (before <= KEPT_BYTES_PER_STEP && total > KEPT_BYTES_PER_STEP)
    log.moments.push({ at, step, what: 'limit' });
}

/** The end of a line that the other stream broke is put where it belongs, if both came together: their order says nothing. */
function pushOutput({ moments, openLines }: OpenRunLog, moment: Output, batchStart: number): void {
  const { at, step, stream, bytes } = moment;
  let place = moments.length;
  const isOther = (one: Moment | undefined) =>
    one?.what === 'output' && one.step === step && one.stream !== stream && at - one.at <= TOGETHER_MS;
  if (openLines.has(`${step}/${stream}`))
    while (place > batchStart && isOther(moments[place - 1])) place -= 1;
  moments.splice(place, 0, { ...moment, at: moments[place]?.at ?? at });
  if (bytes.at(-1) === LINE_FEED) openLines.delete(`${step}/${stream}`);
  else openLines.add(`${step}/${stream}`);
}
