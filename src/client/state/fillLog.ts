/** Fills the log of a run. Loaded with the first entries. */
import type { Entry } from '../../core/run/entry.ts';
import { fold } from '../../core/run/run.ts';
import type { Stream } from '../../core/vocabulary.ts';
import type { OpenRunLog } from './runLog.ts';

export const KEPT_BYTES_PER_STEP = 2 * 1024 * 1024;

/** Skips entries that are known already; a gap throws. */
export function append(log: OpenRunLog, entries: readonly Entry[]): void {
  let changed = false;
  for (const entry of entries) {
    if (entry.seq < (log.view?.next ?? 0)) continue;
    log.view = fold(log.view, entry);
    const { body } = entry;
    if (body.kind === 'output') keep(log, body.step, body.stream, body.bytes);
    if (body.kind === 'skipped')
      for (const [step, bytes] of Object.entries(body.bytes)) stepOf(log, step).before += bytes;
    changed = true;
  }
  if (changed) log.tell();
}

/** Forgets everything, for a recording that is played again. */
export function restart(log: OpenRunLog): void {
  log.view = undefined;
  log.kept.clear();
  log.tell();
}

function stepOf({ kept }: OpenRunLog, step: string) {
  const own = kept.get(step) ?? { chunks: [], before: 0, beyond: 0, bytes: 0 };
  kept.set(step, own);
  return own;
}

function keep(log: OpenRunLog, step: string, stream: Stream, bytes: Uint8Array): void {
  const own = stepOf(log, step);
  const part = bytes.subarray(0, Math.max(0, KEPT_BYTES_PER_STEP - own.bytes));
  // A copy: the message that carried it may be far larger than the part that is kept.
  if (part.length > 0) own.chunks.push({ stream, bytes: part.slice() });
  own.bytes += part.length;
  own.beyond += bytes.length - part.length;
}
