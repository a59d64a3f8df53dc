/** Adds a message with entries of a run to its log. Loaded with the first run that is followed. */
import { readMessage } from '../../core/protocol/codec.ts';
import { append } from '../state/fillLog.ts';
import type { OpenRunLog } from '../state/runLog.ts';

export function addToLog(bytes: ArrayBuffer, logOf: (run: string) => OpenRunLog | undefined): void {
  const { run, entries } = readMessage(new Uint8Array(bytes), JSON.parse);
  const log = logOf(run);
  if (log !== undefined) append(log, entries);
}
