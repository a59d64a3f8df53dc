/** Our own rules for imports: none goes up in the order of rooms.ts, and none goes in a circle. Types count. Pure. */
import { folderOf, isTest } from './paths.ts';

import type { Rooms } from './rooms.ts';
import type { File } from './sizes.ts';
/** Both are paths from the project's root. */
type Import = { readonly file: string; readonly line: number; readonly imported: string };

const SPECIFIER = /(?:\bfrom|\bimport)\s*\(?\s*(['"])(\.{1,2}\/[^'"\n]+)\1/g;

/** The imports of other files of the project, tests apart. */
export function importsOf(files: readonly File[]): Import[] {
  const paths = new Set(files.map(({ path }) => path));
  return files
    .filter(({ path }) => /\.(ts|mjs|astro)$/.test(path) && !isTest(path))
    .flatMap(({ path, text }) =>
      [...text.matchAll(SPECIFIER)].flatMap(({ index, 2: specifier = '' }) => {
        const imported = resolve(folderOf(path), specifier);
        return paths.has(imported)
          ? [{ file: path, line: text.slice(0, index).split('\n').length, imported }]
          : [];
      }),
    );
}

function resolve(folder: string, specifier: string) {
  const parts = folder.split('/');
  for (const part of specifier.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}

/** A sentence for each import that goes up or sideways, and for each file without a room. */
export function importProblems(rooms: Rooms, imports: readonly Import[]): string[] {
  const homeless = new Set(
    imports
      .flatMap(({ file, imported }) => [file, imported])
      .filter((path) => !isTest(path) && isHomeless(rooms, path)),
  );
  return [
    ...[...homeless].map((path) => `${path}: belongs to no room; add its room to tools/rules/rooms.ts.`),
    ...imports.flatMap((one) => upward(rooms, one)),
  ];
}

/** The longest of the paths that the file is or lies in. */
function innermost(paths: readonly string[], file: string) {
  return paths
    .filter((path) => file === path || file.startsWith(`${path}/`))
    .sort((a, b) => b.length - a.length)[0];
}

function placeOf({ houses, floors }: Rooms, file: string) {
  const house = innermost(Object.keys(houses), file);
  const order = (house === undefined ? undefined : floors[house]) ?? [];
  const room = innermost(order.flat(), file);
  return {
    house,
    order,
    room,
    floor: order.findIndex((rooms) => room !== undefined && rooms.includes(room)),
  };
}

function isHomeless(rooms: Rooms, path: string) {
  const { house, order, room } = placeOf(rooms, path);
  return house !== undefined && order.length > 0 && room === undefined;
}

function upward(rooms: Rooms, { file, line, imported }: Import): string[] {
  const [from, to] = [placeOf(rooms, file), placeOf(rooms, imported)];
  const say = (a: string, b: string, order: string) => [
    `${file}:${line} imports ${imported}: ${a} may not import ${b} (${order}).`,
  ];
  if (from.house === undefined || to.house === undefined) return [];
  if (from.house !== to.house) {
    const allowed = rooms.houses[from.house] ?? [];
    if (allowed.includes(to.house)) return [];
    return say(from.house, to.house, `it may import: ${allowed.join(', ') || 'nothing'}`);
  }
  if (from.room === undefined || to.room === undefined || from.room === to.room || to.floor < from.floor)
    return [];
  return say(from.room, to.room, `order: ${from.order.map((floor) => floor.join(' ')).join(' < ')}`);
}

/** A sentence for each circle among files, with one shortest way around. */
export function circleProblems(imports: readonly Import[]): string[] {
  const next = new Map<string, Set<string>>();
  for (const { file, imported } of imports) next.set(file, (next.get(file) ?? new Set()).add(imported));
  const known = new Set<string>();
  const circles: string[][] = [];
  for (const start of next.keys()) {
    if (known.has(start)) continue;
    const circle = wayBack(next, start);
    if (circle === undefined) continue;
    circles.push(circle);
    for (const file of circle) known.add(file);
  }
  return circles.map(
    (circle) =>
      `${circle[0]}: imports itself: ${[...circle, circle[0]].join(' -> ')}. Move what both need to a lower file.`,
  );
}

/** The shortest way from a file back to itself. */
function wayBack(next: Map<string, Set<string>>, start: string): string[] | undefined {
  const ways: string[][] = [[start]];
  const seen = new Set();
  for (let way = ways.shift(); way !== undefined; way = ways.shift()) {
    for (const file of next.get(way.at(-1) ?? start) ?? []) {
      if (file === start) return way;
      if (!seen.has(file)) ways.push([...way, file]);
      seen.add(file);
    }
  }
  return undefined;
}
