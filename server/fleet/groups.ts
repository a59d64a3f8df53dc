/**
 * The text of an Ansible YAML inventory into hosts with their groups and variables, each with its line. Every scalar stays the text
 * that stands there (`022` is no number here). What the variables mean is left to `inventory.ts`.
 */
import {
  isMap,
  isScalar,
  LineCounter,
  type Node,
  type ParsedNode,
  parseDocument,
  visit,
  type YAMLMap,
} from 'yaml';
import { groupName, machineName } from './values.ts';

export type Located = { readonly text: string; readonly line: number };
export type Variables = Map<string, Located>;
export type Group = { readonly name: string; readonly depth: number; readonly vars: Variables };
export type Host = {
  readonly name: string;
  readonly line: number;
  readonly vars: Variables;
  /** Every group that it is in, from the outermost on, without `all`. */
  readonly groups: Group[];
};
export type Tree = { readonly all: Variables; readonly hosts: ReadonlyMap<string, Host> };

/** Collects problems; `found` is shown as it stands in the file. */
export type Report = (line: number, expected: string, found: string, write: string) => void;

const LIMIT_BYTES = 1024 * 1024;

/** Reads groups, hosts and variables; whatever is not understood is reported, and left out of the tree. */
export function readTree(text: string, report: Report): Tree {
  const all: Variables = new Map();
  const hosts = new Map<string, Host>();
  const groups = new Map<string, Group>();
  const lines = new LineCounter();
  const lineOf = (node: unknown): number => lines.linePos((node as Node | null)?.range?.[0] ?? 0).line || 1;

  const entries = (node: ParsedNode | null, what: string): [key: Located, value: ParsedNode | null][] => {
    if (node === null || (isScalar(node) && node.value === '')) return [];
    if (!isMap(node)) {
      report(lineOf(node), `${what} as names with a colon`, kind(node), 'one `name:` on each line');
      return [];
    }
    return (node as YAMLMap.Parsed).items.flatMap(({ key, value }) => {
      if (isScalar(key) && typeof key.value === 'string')
        return [[{ text: key.value, line: lineOf(key) }, value]];
      report(lineOf(key), `a plain name in ${what}`, kind(key), 'a word');
      return [];
    });
  };

  const variables = (node: ParsedNode | null, into: Variables, where: string): void => {
    for (const [{ text: name, line }, value] of entries(node, `the variables of ${where}`)) {
      // Variables that are lists or maps are somebody else's; a needed one is never that.
      const scalar = value === null ? '' : isScalar(value) ? String(value.value) : undefined;
      const before = into.get(name);
      const here = { text: scalar ?? `\0${kind(value)}`, line };
      if (before !== undefined && before.text !== here.text) {
        report(
          line,
          `${name} of ${where} once`,
          `another value in line ${before.line}`,
          'it in one place only',
        );
      }
      into.set(name, here);
    }
  };

  const host = (key: Located, value: ParsedNode | null, path: readonly Group[]): void => {
    const refusal = machineName(key.text);
    if ('expected' in refusal) {
      report(key.line, refusal.expected, shown(key.text), refusal.write);
      return;
    }
    const known: Host = hosts.get(key.text) ?? {
      name: key.text,
      line: key.line,
      vars: new Map(),
      groups: [],
    };
    hosts.set(key.text, known);
    variables(value, known.vars, `the machine ${key.text}`);
    for (const one of path) if (!known.groups.includes(one)) known.groups.push(one);
  };

  const group = (key: Located, value: ParsedNode | null, path: readonly Group[]): void => {
    const isAll = path.length === 0 && key.text === 'all';
    const refusal = groupName(key.text);
    if ('expected' in refusal) {
      report(key.line, refusal.expected, shown(key.text), refusal.write);
      return;
    }
    if (path.some(({ name }) => name === key.text)) {
      report(key.line, 'groups that do not contain themselves', shown(key.text), 'it in one place only');
      return;
    }
    const own: Group = groups.get(key.text) ?? {
      name: key.text,
      depth: path.length,
      vars: isAll ? all : new Map(),
    };
    if (own.depth !== path.length) {
      report(
        key.line,
        `the group ${key.text} in one place`,
        'it at another depth too',
        'it below one parent only',
      );
    }
    groups.set(key.text, own);
    const inside = isAll ? path : [...path, own];
    for (const [{ text: part, line }, content] of entries(value, `the group ${key.text}`)) {
      const where = `the group ${key.text}`;
      if (part === 'vars') variables(content, own.vars, where);
      else if (part === 'hosts')
        for (const [name, body] of entries(content, `the hosts of ${where}`)) host(name, body, inside);
      else if (part === 'children') {
        for (const [name, body] of entries(content, `the children of ${where}`)) group(name, body, inside);
      } else
        report(
          line,
          `\`hosts\`, \`children\` or \`vars\` in ${where}`,
          shown(part),
          'variables below `vars:`',
        );
    }
  };

  const document = safeDocument(text, lines, report);
  if (document !== undefined) {
    for (const [key, value] of entries(document, 'the inventory')) group(key, value, []);
  }
  return { all, hosts };
}

/** The root node, or nothing when the text is not plain YAML. Aliases, tags and merge keys are refused. */
function safeDocument(text: string, lines: LineCounter, report: Report): ParsedNode | null | undefined {
  const bytes = Buffer.byteLength(text);
  if (bytes > LIMIT_BYTES) {
    report(1, `at most ${LIMIT_BYTES} bytes`, `${bytes}`, 'a smaller inventory');
    return undefined;
  }
  const fine = 'plain YAML: names, colons, spaces';
  if (/[\0\ufffd]/.test(text)) {
    const line = text.slice(0, text.search(/[\0\ufffd]/)).split('\n').length;
    report(line, 'text in UTF-8', 'a byte that is none', fine);
    return undefined;
  }
  const document = parseDocument(text, {
    lineCounter: lines,
    // Only strings: no number, date or boolean is made of what stands there.
    schema: 'failsafe',
    merge: false,
    customTags: [],
    strict: true,
    uniqueKeys: true,
  });
  for (const problem of [...document.errors, ...document.warnings].slice(0, 1)) {
    report(lines.linePos(problem.pos[0]).line, 'YAML', problem.message.split('\n')[0] ?? problem.code, fine);
    return undefined;
  }
  let special: { readonly line: number; readonly found: string } | undefined;
  const refuse = (node: Node, found: string): symbol => {
    special = { line: lines.linePos(node.range?.[0] ?? 0).line, found };
    return visit.BREAK;
  };
  visit(document, {
    Alias: (_, node) => refuse(node, `the alias *${node.source}`),
    Value: (_, node) => {
      if (node.anchor !== undefined) return refuse(node, `the anchor &${node.anchor}`);
      if (node.tag !== undefined && !/^tag:yaml.org,2002:(str|map|seq)$/.test(node.tag))
        return refuse(node, `the tag ${node.tag}`);
      return isScalar(node) && node.value === '<<' ? refuse(node, 'the merge key <<') : undefined;
    },
  });
  if (special !== undefined) {
    report(
      special.line,
      'YAML without anchors, aliases, tags and merge keys',
      special.found,
      'the value out in each place',
    );
    return undefined;
  }
  return document.contents as ParsedNode | null;
}

/** A piece of the file for a message: short, and without anything that a terminal would obey. */
export const shown = (text: string): string =>
  JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);

function kind(node: Node | null): string {
  if (node === null) return 'nothing';
  if (isMap(node)) return 'a mapping';
  return isScalar(node) ? shown(String(node.value)) : 'a list';
}
