/** How a word-by-word difference is drawn: one side at a time, its own words marked. Finding it is left to the core. */
import { difference, type Part } from '../core/difference.ts';
import { node } from './dom.ts';

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
