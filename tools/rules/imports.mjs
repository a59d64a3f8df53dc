// Our own rules for imports: none goes up in the order of rooms.mjs, and none goes in a circle. Types count. Pure.
import { folderOf, isTest } from './paths.mjs';

/** @typedef {import('./rooms.mjs').Rooms} Rooms */
/** @typedef {{file: string, line: number, imported: string}} Import both are paths from the project's root */

const SPECIFIER = /(?:\bfrom|\bimport)\s*\(?\s*(['"])(\.{1,2}\/[^'"\n]+)\1/g;

/**
 * The imports of other files of the project, tests apart.
 * @param {readonly {path: string, text: string}[]} files
 * @returns {Import[]}
 */
export function importsOf(files) {
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

/** @param {string} folder @param {string} specifier */
function resolve(folder, specifier) {
  const parts = folder.split('/');
  for (const part of specifier.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}

/**
 * A sentence for each import that goes up or sideways, and for each file without a room.
 * @param {Rooms} rooms @param {readonly Import[]} imports
 * @returns {string[]}
 */
export function importProblems(rooms, imports) {
  const homeless = new Set(
    imports
      .flatMap(({ file, imported }) => [file, imported])
      .filter((path) => !isTest(path) && isHomeless(rooms, path)),
  );
  return [
    ...[...homeless].map((path) => `${path}: belongs to no room; add its room to tools/rules/rooms.mjs.`),
    ...imports.flatMap((one) => upward(rooms, one)),
  ];
}

/** The longest of the paths that the file is or lies in. @param {readonly string[]} paths @param {string} file */
function innermost(paths, file) {
  return paths
    .filter((path) => file === path || file.startsWith(`${path}/`))
    .sort((a, b) => b.length - a.length)[0];
}

/** @param {Rooms} rooms @param {string} file */
function placeOf({ houses, floors }, file) {
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

/** @param {Rooms} rooms @param {string} path */
function isHomeless(rooms, path) {
  const { house, order, room } = placeOf(rooms, path);
  return house !== undefined && order.length > 0 && room === undefined;
}

/** @param {Rooms} rooms @param {Import} one @returns {string[]} */
function upward(rooms, { file, line, imported }) {
  const [from, to] = [placeOf(rooms, file), placeOf(rooms, imported)];
  const say = (/** @type {string} */ a, /** @type {string} */ b, /** @type {string} */ order) => [
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

/**
 * A sentence for each circle among files, with one shortest way around.
 * @param {readonly Import[]} imports @returns {string[]}
 */
export function circleProblems(imports) {
  /** @type {Map<string, Set<string>>} */
  const next = new Map();
  for (const { file, imported } of imports) next.set(file, (next.get(file) ?? new Set()).add(imported));
  /** @type {Set<string>} */
  const known = new Set();
  /** @type {string[][]} */
  const circles = [];
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

/** The shortest way from a file back to itself. @param {Map<string, Set<string>>} next @param {string} start @returns {string[] | undefined} */
function wayBack(next, start) {
  /** @type {string[][]} */
  const ways = [[start]];
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
