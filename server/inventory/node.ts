/** What an inventory holds, whatever its format: names, texts, lists, each with its line. */

export type Place = { readonly file: string; readonly line: number };

/** Adds a problem: what was expected, what was found there, and what to write instead. */
export type AddProblem = (at: Place, expected: string, found: string, write: string) => void;

export type Entry = { readonly key: string; readonly at: Place; readonly value: Node };

/** Numbers are texts, as written. `other` is what Ansible would not read as a text; `what` reads after "found". */
export type Node = { readonly at: Place } & (
  | { readonly kind: 'nothing' | 'vault' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'other'; readonly what: string }
  | { readonly kind: 'list'; readonly items: () => readonly Node[] }
  | { readonly kind: 'mapping'; readonly entries: () => readonly Entry[] }
);

const NUMBER = /^[-+]?(\.?\d[\d_]*(\.[\d_]*)?(e[-+]?\d+)?|0[xob][\da-f_]+|\d[\d_]*(:\d+)+|\.inf|\.nan)$/i;
/** A number of Python or of YAML 1.1 that Ansible hands on as another text: `022`, `1_000`, `0x1F`, `1.50`, `1e3`, `1:30`. */
export const isRewritten = (text: string): boolean =>
  NUMBER.test(text) && !/^(0|-?[1-9]\d*)(\.(0|\d*[1-9]))?$/.test(text);

/** A piece of the file for a message: short, without anything that a terminal or a page would obey. */
export const shown = (text: string): string =>
  JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text).replace(
    /[^\x20-\x7e…]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

export function kindOf(node: Node): string {
  if (node.kind === 'text') return shown(node.text);
  if (node.kind === 'other') return node.what;
  const names = {
    nothing: 'nothing',
    vault: 'a vault-encrypted value',
    list: 'a list',
    mapping: 'a mapping',
  };
  return names[node.kind];
}

/** The entries of a mapping; anything else, and a name that is there twice, is a problem. */
export function entriesOf(node: Node, what: string, addProblem: AddProblem): readonly Entry[] {
  if (node.kind === 'nothing') return [];
  if (node.kind !== 'mapping') {
    addProblem(node.at, `${what} as names with a colon`, kindOf(node), 'one `name:` on each line');
    return [];
  }
  const first = new Map<string, Entry>();
  for (const entry of node.entries()) {
    const { key, at } = entry;
    const before = first.get(key);
    if (before === undefined) first.set(key, entry);
    else
      addProblem(
        ...([at, `${shown(key)} once in ${what}`, `it in line ${before.at.line} already`] as const),
        'it in one place only',
      );
  }
  return [...first.values()];
}
