// Our own rule: the engine names nothing that belongs to one writeup. What to look for is gathered from content/ at check time. Pure.
//
// Looked for, in src/ and server/, comments included, tests apart:
// - IPv4, IPv6 and hardware addresses anywhere in content/, loopback and "any address" apart;
// - ports from 1024 on that a lab service listens on, or that front matter names after an address (`172.16.0.1:8443`);
// - interfaces and switches of a lab, apart from the names that any Linux has (`lo`, `eth0`);
// - the login user and the host names of a lab, apart from `root`;
// - products: what `lifecycle.lastReproduced.versions` names, apart from operating systems, which any fleet may have;
// - names of writeups, and those of conditions and checks that have a hyphen.
// Not looked for: roles, namespaces, services, and names of one word (`backend`, `login`, `healthy`). They are ordinary English words.
import { isTest } from './paths.ts';

import type { File } from './sizes.ts';
type Literal = { literal: string; what: string };

const IPV4 = /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.]*\d)/g;
const IPV6 =
  /(?<![\w:.])(?:(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|(?:[0-9a-f]{1,4}:){1,6}(?::[0-9a-f]{1,4}){1,6})(?![\w:])/gi;
const HARDWARE = /(?<![\w:.])(?:[0-9a-f]{2}:){5}[0-9a-f]{2}(?![\w:])/gi;
/** Words that content/ has and everybody else too. `as-documented` is the engine's own: `AS_DOCUMENTED` in src/core. */
const COMMON = new Set('lo eth0 any root 0.0.0.0 255.255.255.255 as-documented Linux Windows'.split(' '));

/** What the writeups own. `files`: those below content/. */
export function writeupLiterals(files: readonly File[], parseYaml: (text: string) => unknown): Literal[] {
  const found = new Map<string, string>();
  const add = (what: string, literal: unknown) => {
    const text = String(literal ?? '');
    if (text !== '' && !COMMON.has(text) && !text.startsWith('127.') && !found.has(text))
      found.set(text, what);
  };
  for (const { path, text } of files) {
    if (/\.(yaml|mdx)$/.test(path))
      for (const pattern of [IPV4, IPV6, HARDWARE])
        for (const [address] of text.matchAll(pattern)) add('address', address);
    const [, writeup = '', folder, name = ''] = path.split('/');
    if (folder !== undefined) add('writeup', writeup);
    if (folder === 'checks' && name.includes('-')) add('check', name.replace(/\.yaml$/, ''));
    if (folder === 'index.mdx') {
      const front = /^---\n([\s\S]*?)\n---/.exec(text)?.[1] ?? '';
      for (const [, port] of front.matchAll(/\d\.\d{1,3}:(\d{4,5})\b/g)) add('port', port);
      for (const product of Object.keys(
        at(parseYaml(front), 'lifecycle', 'lastReproduced', 'versions') ?? {},
      ))
        add('product', product);
    }
    if (folder === 'lab' && name.endsWith('.yaml')) addLab(parseYaml(text), add);
  }
  return [...found].map(([literal, what]) => ({ literal, what }));
}

/** Where the engine names something of a writeup. `files`: all files of the project. */
export function writeupProblems(files: readonly File[], literals: readonly Literal[]): string[] {
  const whats = new Map(literals.map(({ literal, what }) => [literal, what]));
  if (whats.size === 0) return [];
  const either = [...whats.keys()]
    .sort((a, b) => b.length - a.length)
    .map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const pattern = new RegExp(`(?<![\\w-]|\\d\\.)(?:${either.join('|')})(?![\\w-]|\\.\\d)`, 'g');
  return files
    .filter(({ path }) => /^(src|server)\//.test(path) && !isTest(path) && !/\.(json|md)$/.test(path))
    .flatMap(({ path, text }) =>
      text
        .split('\n')
        .flatMap((line, index) =>
          [...new Set(line.match(pattern) ?? [])].map(
            (literal) =>
              `${path}:${index + 1}: names "${literal}", the ${whats.get(literal)} of a writeup. Take it from content/, or write it in general terms.`,
          ),
        ),
    );
}

function at(value: unknown, ...keys: string[]): unknown {
  return keys.reduce((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], value);
}

function addLab(lab: unknown, add: (what: string, literal: unknown) => void) {
  const walk = (value: unknown, key: string) => {
    if (typeof value === 'object' && value !== null) {
      if (['switches', 'conditions'].includes(key) && Array.isArray(value))
        for (const one of value) {
          if (key === 'switches') add('interface', one?.name);
          else if (String(one?.name).includes('-')) add('condition', one.name);
        }
      for (const [inner, of] of Object.entries(value)) walk(of, Array.isArray(value) ? key : inner);
    } else if (key === 'user' || key === 'hostName' || key === 'interface')
      add(key === 'hostName' ? 'host name' : key, value);
    else if (key === 'listen') {
      const port = String(value).split(':').at(-1);
      if (Number(port) >= 1024) add('port', port);
    }
  };
  walk(lab, '');
}
