/** Announces new verdicts to screen readers; several at once in one sentence. */
import type { EndedRun } from '../../core/protocol/down.ts';
import { node } from '../base/dom.ts';
import { define } from '../base/LiveElement.ts';

const GATHER_MS = 900;
const KEPT = 5;

define('v-announcer', (element, signal) => {
  const seen = new Set<string>();
  const fresh: EndedRun[] = [];
  let first = true;
  let timer: ReturnType<typeof setTimeout> | undefined;
  signal.addEventListener('abort', () => clearTimeout(timer));
  element.session(signal, ({ state }) => {
    if (state.fleet === undefined && state.recordings.state === 'unread') return;
    for (const { last, lastAttempt } of state.checks.values())
      for (const ended of [last, lastAttempt]) {
        if (ended === undefined || seen.has(ended.run + ended.endedAt)) continue;
        seen.add(ended.run + ended.endedAt);
        if (!first || Date.parse(ended.endedAt) > performance.timeOrigin) fresh.push(ended);
      }
    // What was there when the page opened is not news; this element may come after the first results.
    first = false;
    if (fresh.length === 0 || timer !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      element.append(node('p', {}, sentence(fresh.splice(0))));
      while (element.childElementCount > KEPT) element.firstElementChild?.remove();
    }, GATHER_MS);
  });
});

/** One or two rows by name, more as a count. */
export function sentence(ended: readonly EndedRun[]): string {
  const recorded = ended.some(({ source }) => source === 'recording') ? ' (recording)' : '';
  if (ended.length <= 2)
    return `${ended.map(({ check, judgement, how }) => `${titleOf(check)}: ${how === 'finished' ? '' : `${how}, `}${judgement.verdict}`).join('. ')}${recorded}`;
  const count = (verdict: string) => ended.filter(({ judgement }) => judgement.verdict === verdict).length;
  return `${ended.length} checks run${recorded}: ${count('agrees')} agree, ${count('differs')} differ, ${count('inconclusive')} inconclusive`;
}

function titleOf(check: string): string {
  return document.querySelector<HTMLElement>(`v-run[data-check="${check}"]`)?.dataset.title ?? check;
}
