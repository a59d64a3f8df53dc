/** The summary of a run as the index holds it. */
import { type Summary, summarySchema } from '../../src/core/protocol/down.ts';

/** Nothing when nobody of ours wrote it: one row that was changed must not keep the others from being read. */
export function summaryOfText(text: unknown): Summary | undefined {
  try {
    const read = summarySchema.safeParse(JSON.parse(String(text)));
    return read.success ? read.data : undefined;
  } catch {
    return undefined;
  }
}
