/** How causes, checks and outcomes are called in the sentences of a diagnosis. The sentences are left to the files that say them. */
import type { Cell, Observation } from './observations.ts';

/** What stands for a cause's name and a check's id: a title, or Markdown. */
export type Naming = {
  readonly cause: (name: string) => string;
  readonly check: (id: string) => string;
};
export const plain: Naming = { cause: (name) => name, check: (id) => id };

/** Always with the verdict: two outcomes can be said in the same words. */
export function cellText({ says, outcome, verdict }: Cell | Observation): string {
  const words = says ?? outcome?.replace(/\{[a-z][a-z0-9-]*\}/g, '…');
  return words === undefined ? verdict : `"${words}" (${verdict})`;
}
