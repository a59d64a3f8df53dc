/** How a word-by-word difference is drawn: one side at a time, its own words marked. */
import { difference, joined } from '../../core/judge/difference.ts';
import { node } from '../base/dom.ts';

/** One side of the difference; words that only it has stand in `del` or `ins`. */
export function side(
  own: 'documented' | 'observed',
  documented: string,
  observed: string,
): (Node | string)[] {
  return joined(difference(documented, observed))
    .filter(({ only }) => only === 'both' || only === own)
    .map(({ text, only }) => (only === 'both' ? text : node(own === 'observed' ? 'ins' : 'del', {}, text)));
}
