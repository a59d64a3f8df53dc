/** JSON text as nodes, as `ansible-inventory --list` writes it. Lines are found only when needed: `JSON.parse` does not tell them. */
import { type AddProblem, type Entry, type Node, type Place, shown } from './node.ts';

export const JSON_LIMIT_BYTES = 16 * 1024 * 1024;

/** Undefined when the text is not JSON, which is reported. */
export function jsonNode(text: string, file: string, addProblem: AddProblem): Node | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const found = error instanceof Error ? shown(error.message) : 'something else';
    addProblem({ file, line: 1 }, 'JSON', found, 'what `ansible-inventory --list` prints');
    return undefined;
  }
  return toNode(value, [], { text, file });
}

type Source = { readonly text: string; readonly file: string };

function toNode(value: unknown, path: readonly string[], source: Source): Node {
  const at = placeOf(path, source);
  if (value === null || value === undefined) return { at, kind: 'nothing' };
  if (typeof value === 'string') return { at, kind: 'text', text: value };
  if (Array.isArray(value))
    return { at, kind: 'list', items: () => value.map((item) => toNode(item, path, source)) };
  if (typeof value === 'number') return { at, kind: 'text', text: String(value) };
  if (typeof value !== 'object') return { at, kind: 'other', what: `${String(value)}, which is no text` };
  const fields = new Map<string, unknown>(Object.entries(value));
  if (fields.has('__ansible_vault')) return { at, kind: 'vault' };
  const unsafe = fields.get('__ansible_unsafe');
  if (typeof unsafe === 'string') return { at, kind: 'text', text: unsafe };
  const entries = (): Entry[] =>
    [...fields].map(([key, inner]) => {
      const below = [...path, key];
      return { key, at: placeOf(below, source), value: toNode(inner, below, source) };
    });
  return { at, kind: 'mapping', entries };
}

/** The first place where the names of the path follow one another, which is the right one in Ansible's output. */
const placeOf = (path: readonly string[], { text, file }: Source): Place => ({
  file,
  get line() {
    let offset = 0;
    for (const name of path) {
      const found = text.indexOf(`${JSON.stringify(name)}:`, offset);
      if (found < 0) break;
      offset = found;
    }
    return text.slice(0, offset).split('\n').length;
  },
});
