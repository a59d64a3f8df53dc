/** An inventory in Ansible's INI form into the tree. Values that Ansible would read as something else than a text (True, lists, …) are rejected. */
import { isRewritten, type Node, type Place, shown } from './node.ts';
import { hostsOf } from './ranges.ts';
import { splitShellWords } from './shellWords.ts';
import { addHosts, type Group, groupIn, isFull, setVariable, type TreeWriter } from './tree.ts';

export function readIni(text: string, file: string, writer: TreeWriter): void {
  const { tree, addProblem } = writer;
  const readers = { hosts: readHosts, children: readChild, vars: readVariable } as const;
  let section: { readonly group: string; readonly kind: keyof typeof readers } | undefined = {
    ...{ group: 'ungrouped', kind: 'hosts' },
  };
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    const at: Place = { file, line: index + 1 };
    if (isFull(tree)) return;
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
    const [, group, kind = 'hosts'] = /^\[([^:\]\s]+)(?::(\w+))?\]\s*(?:#.*)?$/.exec(line) ?? [];
    if (group !== undefined) {
      section = kind === 'hosts' || kind === 'children' || kind === 'vars' ? { group, kind } : undefined;
      if (section !== undefined) groupIn(tree, group, at);
      else addProblem(at, '`[group]`, `[group:children]` or `[group:vars]`', shown(line), 'one of these');
    } else if (section !== undefined)
      readers[section.kind](line, groupIn(tree, section.group, at), at, writer);
  }
}

function readVariable(line: string, group: Group, at: Place, writer: TreeWriter): void {
  const [, name, value = ''] = /^([^=]*)=(.*)$/s.exec(line) ?? [];
  if (name === undefined)
    writer.addProblem(at, '`name=value`', shown(line), 'for example `ansible_user=docs`');
  else setVariable(group.vars, name.trim(), literal(value.trim(), at), writer);
}

function readChild(line: string, group: Group, at: Place, { tree, addProblem }: TreeWriter): void {
  const [, child] = /^(\S+)\s*(?:#.*)?$/.exec(line) ?? [];
  if (child === undefined) {
    addProblem(at, 'the name of a group', shown(line), 'one name on each line');
    return;
  }
  group.children.add(child);
  groupIn(tree, child, at);
}

function readHosts(line: string, group: Group, at: Place, writer: TreeWriter): void {
  const { addProblem } = writer;
  const [pattern, ...rest] = splitShellWords(line) ?? [];
  const hosts = pattern === undefined ? { fault: 'quotes that do not end' } : hostsOf(pattern);
  if ('fault' in hosts) {
    const found = `${hosts.fault} in ${shown(line)}`;
    addProblem(at, 'a host with its variables', found, 'for example `vm20 ansible_host=10.0.0.20`');
    return;
  }
  for (const { vars } of addHosts(group, hosts, at, writer)) {
    for (const word of rest) {
      const [, variable, value = ''] = /^([^=]*)=(.*)$/s.exec(word) ?? [];
      if (variable === undefined) {
        addProblem(at, '`name=value` behind the host', shown(word), 'quotes around values with blanks');
        return;
      }
      setVariable(vars, variable, literal(value, at), writer);
    }
  }
}

/** The value as Ansible reads it: a Python literal if it is one, else the text itself. */
function literal(value: string, at: Place): Node {
  const [, quote, inner = ''] = /^(['"])((?:(?!\1)[^\\]|\\[\\'"])*)\1$/s.exec(value) ?? [];
  if (quote !== undefined) return { at, kind: 'text', text: inner.replace(/\\(.)/g, '$1') };
  if (value === 'None') return { at, kind: 'nothing' };
  // A template is no Python literal. After a Python literal `#` begins a comment; after any other value it is part of the text.
  if (isRewritten(value) || /^(True|False)$|^([([]|\{(?!\{)|['"])|^[bBrRuUfF]{1,2}['"]|\s#/.test(value))
    return { at, kind: 'other', what: `${shown(value)}, which Ansible may not read as a text` };
  return { at, kind: 'text', text: value };
}
