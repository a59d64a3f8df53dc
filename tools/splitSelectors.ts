/**
 * Splits lists in selectors before a page gets them. Chromium finds the rules of an element by the last tag, class or attribute of a
 * selector, and tries a list there on every element: two hundred attempts for each one of ours.
 */

/** A plugin of PostCSS, which Vite calls with all styles of a page. */
export const splitSelectors = {
  postcssPlugin: 'split-selectors',
  Once: (root: { walkRules: (each: (rule: { selectors: string[] }) => void) => void }) =>
    root.walkRules((rule) => {
      rule.selectors = rule.selectors.flatMap(split);
    }),
};

/** The selectors that together match what this one does, with the same weight: itself where a list in it has alternatives of unlike weight. */
export function split(selector: string): string[] {
  const [last = ''] = parts(selector, /[\s>+~]/).slice(-1);
  const before = selector.slice(0, selector.length - last.length);
  const [, kind] = /^:(is|where)\(/.exec(last) ?? [];
  if (kind === undefined) return [selector];
  const [list = ''] = parts(last.slice(kind.length + 2), /\)/);
  const after = last.slice(kind.length + 2 + list.length + 1);
  const listed = parts(list, /,/).map((one) => one.trim());
  const each = kind === 'where' ? listed.flatMap(split) : listed;
  if (each.length === 1 || (kind === 'is' && new Set(each.map(weight)).size > 1)) return [selector];
  return each.map((one) => {
    const isBare = kind === 'is' && !/[\s>+~]/.test(one) && !(/^[a-z]/.test(one) && /^[a-z]/.test(after));
    return `${before}${isBare ? one : `:${kind}(${one})`}${after}`;
  });
}

/** What lies between separators that stand outside of brackets. */
function parts(text: string, separator: RegExp) {
  const found = [''];
  let depth = 0;
  for (const letter of text) {
    if (depth === 0 && separator.test(letter)) {
      found.push('');
      continue;
    }
    if (letter === '(' || letter === '[') depth += 1;
    if (letter === ')' || letter === ']') depth -= 1;
    found[found.length - 1] += letter;
  }
  return found;
}

/** Two selectors with the same one are of the same weight. One with brackets of its own is like no other. */
function weight(selector: string) {
  if (selector.includes('(')) return selector;
  const plain = selector.replace(/\[[^\]]*\]/g, '.x');
  const count = (part: RegExp) => plain.match(part)?.length ?? 0;
  return [/#/g, /\.|(?<!:):(?!:)/g, /(?:^|[\s>+~])[a-z]|::/g].map(count).join();
}
