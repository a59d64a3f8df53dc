/** Ranges of host names: `web[01:03]`, `db[a:c]`, steps, and a port after a colon. Pure. */

const HOST_LIMIT = 2000;
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

export type Hosts =
  | { readonly names: readonly string[]; readonly port: string | undefined }
  /** Reads after "found". */
  | { readonly fault: string };

/** Every host of the pattern, as in Ansible. */
export function hostsOf(pattern: string): Hosts {
  const [, before, port] = /^((?:[^:[\]\s]|\[[^[\]]*\])+):(\d+)$/.exec(pattern) ?? [];
  let names = [before ?? pattern];
  for (;;) {
    const next: string[] = [];
    let ranged = false;
    for (const name of names) {
      const [, head = '', range, tail = ''] = /^([^[]*)\[([^[\]]*:[^[\]]*)\](.*)$/s.exec(name) ?? [];
      if (range === undefined) {
        next.push(name);
        continue;
      }
      ranged = true;
      const parts = partsOf(range);
      if (parts === undefined) return { fault: 'a range that cannot be read' };
      if (next.length + parts.length > HOST_LIMIT)
        return { fault: `a range of more than ${HOST_LIMIT} hosts` };
      for (const part of parts) next.push(`${head}${part}${tail}`);
    }
    if (!ranged) return { names, port };
    names = next;
  }
}

/** The values between two bounds, both included; undefined for an invalid range. */
function partsOf(range: string): readonly string[] | undefined {
  const [from = '', to = '', by = '1', ...rest] = range.split(':');
  const step = Number(by);
  if (rest.length > 0 || !/^\d{1,6}$/.test(by) || step < 1) return undefined;
  const begin = from === '' ? '0' : from;
  const [first, last] = [letter(begin), letter(to)];
  if (first >= 0 && last >= 0)
    return first > last ? undefined : [...LETTERS.slice(first, last + 1)].filter((_, i) => i % step === 0);
  if (!/^\d{1,9}$/.test(begin) || !/^\d{1,9}$/.test(to)) return undefined;
  const width = begin.startsWith('0') && begin.length > 1 ? begin.length : 0;
  if (width > 0 && width !== to.length) return undefined;
  const found: string[] = [];
  for (let n = Number(begin); n <= Number(to) && found.length <= HOST_LIMIT; n += step)
    found.push(String(n).padStart(width, '0'));
  return found;
}

const letter = (text: string): number => (text.length === 1 ? LETTERS.indexOf(text) : -1);
