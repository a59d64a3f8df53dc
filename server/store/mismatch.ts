/** What the index and the header of a run's file say of the same run: where they differ, one of them was changed. */
import type { RunHeader } from '../../src/core/run/run.ts';

const facts = ['run', 'check', 'checkHash', 'source', 'condition', 'startedAt', 'by'] as const;

/** A sentence about the first difference; nothing when there is none. */
export function unlike(
  index: Pick<RunHeader, (typeof facts)[number]>,
  header: RunHeader,
): string | undefined {
  const differs = facts.find((fact) => index[fact] !== header[fact]);
  if (differs === undefined) return undefined;
  return `The file of this run says ${differs} ${JSON.stringify(header[differs])}, and the index ${JSON.stringify(index[differs])}: one of them was changed.`;
}
