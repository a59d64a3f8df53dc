/** The runs that a path or a diagnosis is made from, in words. */
import { sourceWords } from '../report/format.ts';
import type { Observation } from '../diagnosis/observations.ts';
import { count } from '../report/units.ts';

/** Which runs a picture or a diagnosis is made from; undefined without any. */
export function lastRunsText(kept: readonly Observation[], leftOut: readonly string[]): string | undefined {
  const [first] = kept;
  if (first === undefined) return undefined;
  const from = first.source === 'recording' ? 'From recordings' : 'From the last runs';
  const rest = leftOut.length === 0 ? '' : ` ${leftOut.length} older results from elsewhere are not used.`;
  return `${from} (${count(kept.length, 'check')}, ${sourceWords(first)}).${rest}`;
}
