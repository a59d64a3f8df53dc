/** The difference between the documented and the observed text, word by word. Drawing it is left to the page. */
import { diffWordsWithSpace } from 'diff';

export type Part = { readonly text: string; readonly only: 'both' | 'documented' | 'observed' };

/** Parts in reading order. Equal texts give one part; texts of more than 2,000 characters are not searched for words in common. */
export function difference(documented: string, observed: string): readonly Part[] {
  if (documented === observed) return documented === '' ? [] : [{ text: documented, only: 'both' }];
  if (documented.length > 2000 || observed.length > 2000)
    return [
      { text: documented, only: 'documented' },
      { text: observed, only: 'observed' },
    ];
  return diffWordsWithSpace(documented, observed).map(({ value, added, removed }) => ({
    text: value,
    only: added ? 'observed' : removed ? 'documented' : 'both',
  }));
}
