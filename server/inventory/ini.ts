/**
 * An inventory in Ansible's INI form into the tree: `[group]`, `[group:children]`, `[group:vars]`, and hosts with `name=value` behind
 * them. Values are read as Ansible does it, as far as a text or a number can be; what Python would make something else of is no text here.
 */
import { type Node, type Place, type Report, shown } from './node.ts';
import { hostsOf } from './ranges.ts';
import { shellWords } from './shellWords.ts';
import { groupIn, hostIn, isFull, NEEDED, set, type Tree } from './tree.ts';

type Section = { readonly group: string; readonly kind: 'hosts' | 'children' | 'vars' };

/** Adds what stands in one file. */
export function readIni(text: string, file: string, home: string, tree: Tree, report: Report): void {
  let section: Section | undefined = { group: 'ungrouped', kind: 'hosts' };
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    const at: Place = { file, line: index + 1 };
    if (isFull(tree)) return;
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
    const [, group, kind = 'hosts'] = /^\[([^:\]\s]+)(?::(\w+))?\]\s*(?:#.*)?$/.exec(line) ?? [];
    if (group !== undefined) {
      section = kind === 'hosts' || kind === 'children' || kind === 'vars' ? { group, kind } : undefined;
      if (section === undefined)
        report(at, '`[group]`, `[group:children]` or `[group:vars]`', shown(line), 'one of these');
      else groupIn(tree, group, at);
    } else if (section !== undefined) readLine(line, section, at, home, tree, report);
  }
}

function readLine(line: string, section: Section, at: Place, home: string, tree: Tree, report: Report): void {
  const group = groupIn(tree, section.group, at);
  if (section.kind === 'vars') {
    const cut = line.indexOf('=');
    const name = (cut < 0 ? line : line.slice(0, cut)).trim();
    if (cut < 0) report(at, '`name=value`', shown(line), 'for example `ansible_user=docs`');
    else if (NEEDED.has(name)) set(group.vars, name, literal(line.slice(cut + 1).trim(), at), home);
    return;
  }
  if (section.kind === 'children') {
    const [, child] = /^(\S+)\s*(?:#.*)?$/.exec(line) ?? [];
    if (child === undefined) report(at, 'the name of a group', shown(line), 'one name on each line');
    else {
      group.children.add(child);
      groupIn(tree, child, at);
    }
    return;
  }
  const words = shellWords(line);
  const [pattern, ...rest] = words ?? [];
  const hosts = pattern === undefined ? { fault: 'quotes that do not end' } : hostsOf(pattern);
  if ('fault' in hosts) {
    report(
      at,
      'a host with its variables',
      `${hosts.fault} in ${shown(line)}`,
      'for example `vm20 ansible_host=10.0.0.20`',
    );
    return;
  }
  for (const name of hosts.names) {
    const known = tree.hosts.has(name);
    const host = hostIn(tree, name, at);
    group.hosts.add(name);
    if (hosts.port !== undefined && !known) set(host.vars, 'ansible_port', literal(hosts.port, at), home);
    for (const word of rest) {
      const cut = word.indexOf('=');
      if (cut >= 0) set(host.vars, word.slice(0, cut), literal(word.slice(cut + 1), at), home);
      else {
        report(at, '`name=value` behind the host', shown(word), 'quotes around values with blanks');
        return;
      }
    }
  }
}

/** What Ansible makes of the text: Python's own reading where there is one, else the text itself. */
function literal(value: string, at: Place): Node {
  const [, quote, inner] = /^(['"])((?:(?!\1)[^\\])*)\1$/s.exec(value) ?? [];
  if (quote !== undefined) return { at, kind: 'text', text: inner ?? '' };
  if (value === 'None') return { at, kind: 'nothing' };
  // Behind a value that Python can read, `#` begins a comment; behind any other it belongs to the text.
  if (/^(True|False)$|^[([{'"]|^[bBrRuUfF]{1,2}['"]|\s#/.test(value))
    return {
      at,
      kind: 'other',
      what: `${shown(value)}, which Ansible may read as something else than a text`,
    };
  return { at, kind: 'text', text: value };
}
