/** JSON text as nodes, as `ansible-inventory --list` writes it. Lines are looked up when somebody asks, for JSON itself does not tell them. */
import { type Entry, type Node, type Place, type Report, shown } from './node.ts';

export const JSON_LIMIT_BYTES = 16 * 1024 * 1024;

/** The whole text as one node; nothing when it is not JSON, which is reported. */
export function jsonNode(text: string, file: string, report: Report): Node | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const found = error instanceof Error ? shown(error.message) : 'something else';
    report({ file, line: 1 }, 'JSON', found, 'what `ansible-inventory --list` prints');
    return undefined;
  }
  return toNode(value, [], { text, file });
}

type Source = { readonly text: string; readonly file: string };

function toNode(value: unknown, path: readonly string[], source: Source): Node {
  const at = lazily(path, source);
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
      return { key, at: lazily(below, source), value: toNode(inner, below, source) };
    });
  return { at, kind: 'mapping', entries };
}

/** The place where the names of the path stand one behind the other; the first such, which is the right one in what Ansible writes. */
const lazily = (path: readonly string[], { text, file }: Source): Place => ({
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
