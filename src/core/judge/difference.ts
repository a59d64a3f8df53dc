/** The difference between the documented and the observed text, word by word. */
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

/** Blanks between two changed words of one kind belong to the change. */
export function joined(parts: readonly Part[]): readonly Part[] {
  const sides = { documented: '', observed: '' };
  const out: Part[] = [];
  const flush = () => {
    for (const only of ['documented', 'observed'] as const) {
      if (sides[only] !== '') out.push({ text: sides[only], only });
      sides[only] = '';
    }
  };
  parts.forEach(({ text, only }, index) => {
    if (only !== 'both') sides[only] += text;
    else if (/^\s+$/.test(text) && index > 0 && index < parts.length - 1) {
      sides.documented += text;
      sides.observed += text;
    } else {
      flush();
      out.push({ text, only });
    }
  });
  flush();
  return out;
}
