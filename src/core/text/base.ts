/** Addresses of a site that lives below a path of its host: `/docs/` in place of `/`. Pure. */

export const ROOT_BASE = '/';

/** Why `base` is none, in one sentence; nothing when it is one. `writeups`: their ids, whose addresses it would hide. */
export function baseFault(base: string, writeups: readonly string[] = []): string | undefined {
  if (!/^\/(?:[A-Za-z0-9][A-Za-z0-9._~-]*\/)*$/.test(base))
    return `expected a path that begins and ends with a slash, like /docs/, found ${JSON.stringify(base)}`;
  const first = base.split('/')[1];
  return writeups.some((id) => id === first)
    ? `${base} begins with the name of a writeup, so that its pages and the site could not be told apart; choose another path`
    : undefined;
}

/** `/runs/` as `/docs/runs/`. What is below the base already, or is no path of this host, stays as it is. */
export const belowBase = (base: string, address: string): string =>
  address.startsWith('/') && !address.startsWith('//') && !address.startsWith(base)
    ? base + address.slice(1)
    : address;

/** The path that this site knows: `/docs/runs/` as `/runs/`. A proxy may have taken the base away before. */
export const withoutBase = (base: string, path: string): string =>
  path.startsWith(base) ? path.slice(base.length - 1) : path;

const tags = /<[a-z][a-z0-9-]*(?:\s+[^\s"'<>/=]+(?:=(?:"[^"]*"|'[^']*'|[^\s"'<>]+))?)+\s*\/?>/g;
const addresses = /(\s(?:href|src|action)=")(\/[^"]*)/g;

/** Markup with every address of this host below the base. Text between the tags stays: it may show markup. */
export const htmlBelowBase = (base: string, html: string): string =>
  base === ROOT_BASE
    ? html
    : html.replace(tags, (tag) =>
        tag.replace(addresses, (_, name: string, address: string) => name + belowBase(base, address)),
      );
