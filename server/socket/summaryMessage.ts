/** The message that tells a summary: one object for all pages that hear of it, so that it is made into text once. */
import type { Down, Summary } from '../../src/core/protocol/down.ts';

const messages = new WeakMap<Summary, Extract<Down, { type: 'summary' }>>();

export function messageOf(summary: Summary): Down {
  const message = messages.get(summary) ?? { type: 'summary', summary };
  messages.set(summary, message);
  return message;
}
