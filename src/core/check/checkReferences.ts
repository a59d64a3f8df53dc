/** Which checks the text of a writeup names, and where. */

const component = /<Evidence\s+checks=\{\[([^\]]*)\]\}/g;

/** Every id in `<Evidence checks={[…]}>`, with its offset in the text. */
export function checksNamedIn(source: string): readonly { readonly id: string; readonly at: number }[] {
  return [...source.matchAll(component)].flatMap(({ 0: whole, 1: names = '', index }) => {
    const from = index + whole.indexOf(names);
    return [...names.matchAll(/(['"])([^'"]*)\1/g)].map((name) => ({
      id: name[2] ?? '',
      at: from + name.index + 1,
    }));
  });
}
