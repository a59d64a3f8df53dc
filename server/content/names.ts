/** Names in a page that lead nowhere: of checks, pictures, roles and conditions of the lab. */
import { type Fault, unknownNames } from '../../src/core/check/fault.ts';
import { checksNamedIn, type Writeup } from '../../src/core/check/writeup.ts';

type Known = {
  readonly checks: readonly string[];
  /** Ids of files with parameters: in the page, each stands for all of its checks. */
  readonly groups: readonly string[];
  readonly causes: readonly string[];
  /** Ids of the writeups that have a lab. */
  readonly labs: readonly string[];
  readonly pictures: readonly string[];
};

/** In the front matter. Paths start at its top. */
export function nameFaults(
  { lab, limitation, matrix, stated, roles: declared }: Writeup,
  { checks, causes, labs }: Omit<Known, 'pictures' | 'groups'>,
): readonly Fault[] {
  const roles = declared.map(({ role }) => role);
  const check = (path: Fault['path'], found: string) =>
    unknownNames(path, 'the id of a check', [found], checks);
  return [
    ...(lab === undefined ? [] : unknownNames(['lab'], 'a writeup that has a lab', [lab], labs)),
    ...(limitation?.checks ?? []).flatMap((id, at) => check(['limitation', 'checks', at], id)),
    ...(matrix?.cells ?? []).flatMap((cell, at) => [
      ...unknownNames(['matrix', 'cells', at, 'from'], 'a role of `roles`', [cell.from], roles),
      ...unknownNames(
        ['matrix', 'cells', at, 'to'],
        'an address of `matrix.to`',
        [cell.to],
        matrix?.to ?? [],
      ),
      ...('check' in cell ? check(['matrix', 'cells', at, 'check'], cell.check) : []),
    ]),
    ...(stated ? unknownNames(['stated', 'cause'], 'a cause of the lab', [stated.cause], causes) : []),
    ...(stated?.rows ?? []).flatMap((id, at) => check(['stated', 'rows', at], id)),
    ...(stated?.settle ?? []).flatMap(({ rows }, place) =>
      rows.flatMap((id, at) => check(['stated', 'settle', place, 'rows', at], id)),
    ),
  ];
}

/** In the text of the page, front matter included, so that lines count from its first. */
export function textFaults(
  text: string,
  { checks, groups, pictures }: Pick<Known, 'checks' | 'groups' | 'pictures'>,
): readonly { readonly line: number; readonly message: string }[] {
  const at = (offset: number, faults: readonly Fault[]) =>
    faults.map(({ message }) => ({ line: text.slice(0, offset).split('\n').length, message }));
  return [
    ...checksNamedIn(text).flatMap(({ id, at: offset }) =>
      at(offset, unknownNames([], 'the id of a check', [id], [...checks, ...groups])),
    ),
    ...[...text.matchAll(picture)].flatMap(({ 1: name = '', index }) =>
      at(index, unknownNames([], 'the name of a file in pictures/', [name], pictures)),
    ),
  ];
}
const picture = /<(?:Picture\s+name|Diagnosis\s+picture)=["']([^"']*)["']/g;
