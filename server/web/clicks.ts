/** What was answered to which click: the same click again, also over another connection, is answered the same and starts nothing. */
import type { Down } from '../../src/core/protocol/down.ts';

type Accepted = Extract<Down, { type: 'accepted' }>;
export type Clicks = {
  answered(reader: string, key: string): Accepted | undefined;
  keep(reader: string, answer: Accepted): void;
};

const remembered = 4096;

export function createClicks(): Clicks {
  const answers = new Map<string, Accepted>();
  const id = (reader: string, key: string) => `${reader}/${key}`;
  return {
    answered: (reader, key) => answers.get(id(reader, key)),
    keep(reader, answer) {
      answers.set(id(reader, answer.key), answer);
      for (const oldest of answers.size > remembered ? [...answers.keys()].slice(0, 1) : [])
        answers.delete(oldest);
    },
  };
}
