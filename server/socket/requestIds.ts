/** What was answered to which click: the same click again, also over another connection, is answered the same and starts nothing. */
import type { Down } from '../../src/core/protocol/down.ts';

type Accepted = Extract<Down, { type: 'accepted' }>;
export type Clicks = {
  answered(reader: string, key: string): Accepted | undefined;
  keep(reader: string, answer: Accepted): void;
};

/** Runs of all answers together: about 4 MiB. */
const rememberedRuns = 16 * 1024;

export function createClicks(): Clicks {
  const answers = new Map<string, Accepted>();
  let runs = 0;
  const id = (reader: string, key: string) => `${reader}/${key}`;
  return {
    answered: (reader, key) => answers.get(id(reader, key)),
    keep(reader, answer) {
      answers.set(id(reader, answer.key), answer);
      runs += answer.runs.length;
      for (const [oldest, { runs: its }] of answers) {
        if (runs <= rememberedRuns) break;
        answers.delete(oldest);
        runs -= its.length;
      }
    },
  };
}
