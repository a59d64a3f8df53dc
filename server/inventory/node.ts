/** What stands in an inventory, whatever it was written in: names, texts, lists, each with its line. Reading text is left to `yamlNode.ts` and `jsonNode.ts`. */

/** A place that a reader of a message can go to. */
export type Place = { readonly file: string; readonly line: number };

/** Collects problems. `found` is shown as it stands in the file; `write` says what would be right. */
export type Report = (at: Place, expected: string, found: string, write: string) => void;

export type Entry = { readonly key: string; readonly at: Place; readonly value: Node };

/** Numbers are texts, as they stand there. `other` is what Ansible would make something else of than a text; `what` reads after "found". */
export type Node = { readonly at: Place } & (
  | { readonly kind: 'nothing' | 'vault' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'other'; readonly what: string }
  | { readonly kind: 'list'; readonly items: () => readonly Node[] }
  | { readonly kind: 'mapping'; readonly entries: () => readonly Entry[] }
);

/** A piece of the file for a message: short, and without anything that a terminal or a page would obey. */
export const shown = (text: string): string =>
  JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text).replace(
    /[^\x20-\x7e…]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** What a node is, for a message. */
export function kindOf(node: Node): string {
  if (node.kind === 'text') return shown(node.text);
  if (node.kind === 'other') return node.what;
  return { nothing: 'nothing', vault: 'a vault-encrypted value', list: 'a list', mapping: 'a mapping' }[
    node.kind
  ];
}

/** The entries below a node that should have some; every other thing is reported and has none. A name that stands there twice as well. */
export function entriesOf(node: Node, what: string, report: Report): readonly Entry[] {
  if (node.kind === 'nothing') return [];
  if (node.kind !== 'mapping') {
    report(node.at, `${what} as names with a colon`, kindOf(node), 'one `name:` on each line');
    return [];
  }
  const first = new Map<string, Entry>();
  for (const entry of node.entries()) {
    const before = first.get(entry.key);
    if (before === undefined) first.set(entry.key, entry);
    else
      report(
        entry.at,
        `${shown(entry.key)} once in ${what}`,
        `it in line ${before.at.line} already`,
        'it in one place only',
      );
  }
  return [...first.values()];
}
