/** YAML text as nodes. Scalars stay texts, tags create nothing, and aliases are counted before they are followed, so no text takes long. */
import { type Alias, isAlias, isMap, isPair, isScalar, isSeq, Lexer, LineCounter, parseDocument } from 'yaml';
import { type AddProblem, type Entry, isRewritten, type Node, type Place } from './node.ts';

export const YAML_LIMIT_BYTES = 1024 * 1024;
/** A megabyte of brackets would parse for long; this is enough for some thousand machines. */
const TOKEN_LIMIT = 150_000;
const UNFOLDED_LIMIT = 100_000;
const ONLY_YAML = 'plain YAML: names, colons, spaces';

/** Undefined when the text is not YAML, which is reported. */
export function yamlNode(text: string, file: string, addProblem: AddProblem): Node | undefined {
  const refuse = (line: number, expected: string, found: string, write: string): undefined => {
    addProblem({ file, line }, expected, found, write);
    return undefined;
  };
  let tokens = 0;
  for (const _ of new Lexer().lex(text)) {
    tokens += 1;
    if (tokens > TOKEN_LIMIT)
      return refuse(1, `at most ${TOKEN_LIMIT} pieces of YAML in one file`, 'more', 'several smaller files');
  }
  const lines = new LineCounter();
  // Pretty errors and checks for unique keys are slow.
  const options = {
    lineCounter: lines,
    schema: 'failsafe',
    merge: false,
    prettyErrors: false,
    uniqueKeys: false,
  } as const;
  let document: ReturnType<typeof parseDocument>;
  let aliases: ReturnType<typeof resolveAliases>;
  try {
    document = parseDocument(text, options);
    aliases = resolveAliases(document.contents);
  } catch (error) {
    const found = error instanceof RangeError ? 'one nested too deeply' : String(error);
    return refuse(1, 'YAML', found, ONLY_YAML);
  }
  const lineAt = (offset: number): number => lines.linePos(offset).line || 1;
  const [problem] = document.errors;
  if (problem !== undefined)
    return refuse(lineAt(problem.pos[0]), 'YAML', problem.message.split('\n')[0] ?? problem.code, ONLY_YAML);
  const place = (node: unknown): Place => ({ file, line: lineAt(offsetOf(node)) });
  if ('bad' in aliases)
    return refuse(
      place(aliases.bad).line,
      `aliases that lead to at most ${UNFOLDED_LIMIT} values, and not to themselves`,
      `*${aliases.bad.source}`,
      'the value out in each place',
    );
  return toNode(document.contents, { place, target: (alias) => aliases.targets.get(alias) });
}

type Reading = {
  readonly place: (node: unknown) => Place;
  readonly target: (alias: Alias) => unknown;
};

function toNode(node: unknown, reading: Reading): Node {
  const at = reading.place(node);
  if (isAlias(node)) return { ...toNode(reading.target(node), reading), at };
  if (isMap(node)) return { at, kind: 'mapping', entries: () => entries(node.items, reading) };
  if (isSeq(node)) return { at, kind: 'list', items: () => node.items.map((item) => toNode(item, reading)) };
  if (!isScalar(node)) return { at, kind: 'nothing' };
  if (node.tag !== undefined && /^!vault(-encrypted)?$/.test(node.tag)) return { at, kind: 'vault' };
  const text = String(node.value ?? '');
  const plain = node.type === 'PLAIN';
  if (plain && /^(|~|null)$/i.test(text)) return { at, kind: 'nothing' };
  if (plain && (/^(yes|no|on|off|true|false)$/i.test(text) || isRewritten(text)))
    return { at, kind: 'other', what: `${text}, which is no text without quotes` };
  return { at, kind: 'text', text };
}

/** The mapping's own entries win over those merged by `<<`. */
function entries(items: readonly unknown[], reading: Reading): readonly Entry[] {
  const own: Entry[] = [];
  const merged: Entry[] = [];
  for (const item of items) {
    if (!isPair(item)) continue;
    const key = isAlias(item.key) ? reading.target(item.key) : item.key;
    const value = toNode(item.value, reading);
    if (!isScalar(key)) continue;
    if (key.value === '<<' && key.type === 'PLAIN') merged.push(...mergedEntries(value));
    else own.push({ key: String(key.value ?? ''), at: reading.place(item.key), value });
  }
  const known = new Set(own.map(({ key }) => key));
  for (const entry of merged) {
    if (known.has(entry.key)) continue;
    known.add(entry.key);
    own.push(entry);
  }
  return own;
}

const mergedEntries = (node: Node): readonly Entry[] =>
  node.kind === 'mapping'
    ? node.entries()
    : node.kind === 'list'
      ? node.items().flatMap((item) => (item.kind === 'mapping' ? item.entries() : []))
      : [];

const offsetOf = (node: unknown): number => {
  const { range } = (node ?? {}) as { readonly range?: readonly number[] | null };
  return range?.[0] ?? 0;
};

/** The target of each alias, or the first alias that must not be followed. A later anchor of the same name replaces an earlier one. */
function resolveAliases(
  root: unknown,
): { readonly targets: ReadonlyMap<Alias, unknown> } | { readonly bad: Alias } {
  const anchors = new Map<string, unknown>();
  const targets = new Map<Alias, unknown>();
  const weights = new Map<unknown, number>();
  let bad: Alias | undefined;
  const countValues = (node: unknown): number => {
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      targets.set(node, target);
      // Not counted yet: the alias is inside of its own target.
      const weight = target === undefined ? 1 : (weights.get(target) ?? Number.POSITIVE_INFINITY);
      if (weight > UNFOLDED_LIMIT) bad ??= node;
      return weight;
    }
    const { anchor } = (node ?? {}) as { readonly anchor?: string };
    if (anchor !== undefined) anchors.set(anchor, node);
    let weight = 1;
    if (isMap(node)) for (const { key, value } of node.items) weight += countValues(key) + countValues(value);
    else if (isSeq(node)) for (const item of node.items) weight += countValues(item);
    if (anchor !== undefined) weights.set(node, weight);
    if (weight > UNFOLDED_LIMIT && bad === undefined && targets.size > 0) bad = [...targets.keys()].at(-1);
    return weight;
  };
  countValues(root);
  return bad === undefined ? { targets } : { bad };
}
