/** Names in a page that lead nowhere: to a check, a vantage or a condition of the lab that there is not. Pure; reading the page is left to `load.ts`. */
import type { Fault } from '../../src/core/lint.ts';
import { checksNamedIn } from '../../src/core/named-checks.ts';
import type { Writeup } from '../../src/core/writeup.ts';
import { nearest } from '../cli/nearest.ts';

type Known = {
  readonly checks: readonly string[];
  readonly causes: readonly string[];
  /** Ids of the writeups that have a lab. */
  readonly labs: readonly string[];
};

/** In the front matter. Paths start at its top. */
export function nameFaults(
  { lab, limitation, matrix, stated, vantages }: Writeup,
  { checks, causes, labs }: Known,
): readonly Fault[] {
  const roles = vantages.map(({ role }) => role);
  const check = (path: Fault['path'], found: string) => named(path, 'the id of a check', found, checks);
  return [
    ...(lab === undefined ? [] : named(['lab'], 'a writeup that has a lab', lab, labs)),
    ...(limitation?.checks ?? []).flatMap((id, at) => check(['limitation', 'checks', at], id)),
    ...(matrix?.cells ?? []).flatMap((cell, at) => [
      ...named(['matrix', 'cells', at, 'from'], 'a role of `vantages`', cell.from, roles),
      ...named(['matrix', 'cells', at, 'to'], 'an address of `matrix.to`', cell.to, matrix?.to ?? []),
      ...('check' in cell ? check(['matrix', 'cells', at, 'check'], cell.check) : []),
    ]),
    ...(stated ? named(['stated', 'cause'], 'a cause of the lab', stated.cause, causes) : []),
    ...(stated?.rows ?? []).flatMap((id, at) => check(['stated', 'rows', at], id)),
    ...(stated?.settle ?? []).flatMap(({ rows }, place) =>
      rows.flatMap((id, at) => check(['stated', 'settle', place, 'rows', at], id)),
    ),
  ];
}

/** In the text of the page, front matter included, so that lines count from its first. */
export function textFaults(
  text: string,
  { checks }: Pick<Known, 'checks'>,
): readonly { readonly line: number; readonly say: string }[] {
  return checksNamedIn(text).flatMap(({ id, at }) =>
    named([], 'the id of a check', id, checks).map(({ say }) => ({
      line: text.slice(0, at).split('\n').length,
      say,
    })),
  );
}

function named(
  path: Fault['path'],
  expected: string,
  found: string,
  known: readonly string[],
): readonly Fault[] {
  if (known.includes(found)) return [];
  const near = nearest(found, known);
  const hint = near.length > 0 ? `; nearest: ${near.join(', ')}` : '';
  return [{ path, say: `expected ${expected} (${known.join(', ') || 'none'}), found "${found}"${hint}` }];
}
