/** The verdicts of several checks, counted in words. Pure. */
import { type State, checkStateOf } from './state.ts';

const ORDER = ['agrees', 'differs', 'inconclusive', 'played from recordings', 'not run yet'];
const MANY: Readonly<Record<string, string>> = { agrees: 'agree', differs: 'differ' };

/** "5 agree", "4 agree, 1 differs", or the number of checks while none has run. Recordings are counted apart. */
export function tallyOf(state: State, checks: readonly string[]): string {
  const count = new Map<string, number>();
  for (const check of checks) {
    const { last } = checkStateOf(state, check);
    const word =
      last === undefined
        ? 'not run yet'
        : last.source === 'recording'
          ? 'played from recordings'
          : last.judgement.verdict;
    count.set(word, (count.get(word) ?? 0) + 1);
  }
  if (count.get('not run yet') === checks.length)
    return `${checks.length} ${checks.length === 1 ? 'check' : 'checks'}`;
  return [...count]
    .sort(([a], [b]) => ORDER.indexOf(a) - ORDER.indexOf(b))
    .map(([word, n]) => `${n} ${n === 1 ? word : (MANY[word] ?? word)}`)
    .join(', ');
}
