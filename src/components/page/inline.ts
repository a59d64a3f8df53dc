/** Reads the little Markdown that a documented table cell has: `code`, **strong** and the signs ✅ and ❌. */

export type Part = { readonly kind: 'text' | 'code' | 'strong' | 'sign'; readonly text: string };

/** The signs of the writeup, and the shapes that stand for them where a machine has no font with emoji. */
export const signShapes: ReadonlyMap<string, string> = new Map([
  ['✅', 'holds'],
  ['❌', 'fails'],
]);

/** The parts of a cell, in order. `\|` is a bar, as in a Markdown table. */
export function inlineParts(cell: string): Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const match of cell.matchAll(/`([^`]+)`|\*\*([^*]+)\*\*|([✅❌])/gu)) {
    if (match.index > end) parts.push({ kind: 'text', text: bare(cell.slice(end, match.index)) });
    parts.push(
      match[3] !== undefined
        ? { kind: 'sign', text: match[3] }
        : match[1] !== undefined
          ? { kind: 'code', text: bare(match[1]) }
          : { kind: 'strong', text: bare(match[2] ?? '') },
    );
    end = match.index + match[0].length;
  }
  if (end < cell.length) parts.push({ kind: 'text', text: bare(cell.slice(end)) });
  return parts;
}

function bare(text: string): string {
  return text.replaceAll('\\|', '|');
}
