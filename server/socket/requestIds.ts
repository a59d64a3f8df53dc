/** Which run requests were answered already. */
import type { Down } from '../../src/core/protocol/down.ts';
import { dropOldest } from '../identity/rateLimits.ts';

export type Accepted = Extract<Down, { type: 'accepted' }>;
export type RequestIds = ReturnType<typeof createRequestIds>;

/** Runs of all answers together: about 4 MiB. */
const rememberedRuns = 16 * 1024;

/** Accepted run requests of all connections: the same request again gets the same answer and starts nothing. */
export function createRequestIds() {
  const answers = new Map<string, Accepted>();
  let runs = 0;
  return {
    find: (reader: string, key: string) => answers.get(`${reader}/${key}`),
    add(reader: string, answer: Accepted) {
      answers.set(`${reader}/${answer.key}`, answer);
      runs += answer.runs.length;
      dropOldest(answers, (oldest) => {
        const isExcess = runs > rememberedRuns;
        if (isExcess) runs -= oldest.runs.length;
        return isExcess;
      });
    },
  };
}
