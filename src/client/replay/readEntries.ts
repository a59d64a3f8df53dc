/** Reads a run's entries from the server for a replay, as they come. Cutting and keeping are left to the splitter and the timeline. */
import { createSplitter } from './splitEntries.ts';
import { createTimeline, MOST_REPLAYED_BYTES, type Timeline } from './timeline.ts';

const open = new Map<string, Promise<Timeline>>();

/** The timeline of a run that has ended; all who ask for the same run get the same one. Rejects when it cannot be read. */
export function timelineOf(run: string): Promise<Timeline> {
  const own = open.get(run) ?? read(run);
  open.set(run, own);
  // What failed may work the next time.
  own.catch(() => open.delete(run));
  return own;
}

async function read(run: string): Promise<Timeline> {
  const answer = await fetch(`/runs/${run}/entries?most=${MOST_REPLAYED_BYTES}`);
  if (!answer.ok || answer.body === null)
    throw new Error(`expected the entries of ${run}, found status ${answer.status}`);
  const splitter = createSplitter();
  const timeline = createTimeline();
  const reader = answer.body.getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return timeline;
    timeline.take(splitter.feed(value));
  }
}
