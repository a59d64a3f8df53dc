/** Which checks the text of a writeup names, and where. */

const component = /<(?:Evidence\s+checks=\{\[([^\]]*)\]\}|Check\s+id=\{?(['"][^'"]*['"]))/g;

/** Every id in `<Evidence checks={[…]}>` and `<Check id="…">`, with its offset in the text. */
export function checksNamedIn(source: string): readonly { readonly id: string; readonly at: number }[] {
  return [...source.matchAll(component)].flatMap(({ 0: whole, 1: list, 2: one, index }) => {
    const names = list ?? one ?? '';
    const from = index + whole.indexOf(names);
    return [...names.matchAll(/(['"])([^'"]*)\1/g)].map((name) => ({
      id: name[2] ?? '',
      at: from + name.index + 1,
    }));
  });
}
