/** Adds a message with entries of a run to its log. Loaded with the first run that is followed. */
import { readMessage } from '../../core/protocol/codec.ts';
import { fold } from '../../core/run/run.ts';
import type { RunLog } from '../state/runLog.ts';

export function addToLog(bytes: ArrayBuffer, logOf: (run: string) => RunLog | undefined): void {
  const { run, entries } = readMessage(new Uint8Array(bytes), JSON.parse);
  logOf(run)?.append(entries, fold);
}
