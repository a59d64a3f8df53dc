// Counts the source, room by room, so that every change shows what it adds. Pure.
import { isTest } from './paths.mjs';

/** Rooms that are counted together; any other path counts for its first folder, in `server` for its first two. */
const TOGETHER = /^src\/(core|client|elements|components|styles|record)\//;
const PAGES = /^src\/(pages|layouts)\//;

/** The room that a file counts for; `undefined` for one that is not counted. @param {string} path */
function roomOf(path) {
  if (isTest(path) || /\.(json|md)$/.test(path)) return undefined;
  if (PAGES.test(path)) return 'src/pages+layouts';
  const [first = '', second = '', third] = path.split('/');
  if (['tools', 'bench', 'e2e'].includes(first)) return first;
  if (first === 'server') return third === undefined ? 'server' : `server/${second}`;
  if (first !== 'src') return undefined;
  return TOGETHER.test(path) ? `src/${second}` : 'src';
}

/**
 * Non-blank lines of every room, without tests, JSON and Markdown.
 * @param {readonly {path: string, text: string}[]} files
 * @returns {string[]} lines to print, the total last
 */
export function weightLines(files) {
  /** @type {Map<string, number>} */
  const rooms = new Map();
  for (const { path, text } of files) {
    const room = roomOf(path);
    if (room !== undefined)
      rooms.set(room, (rooms.get(room) ?? 0) + text.split('\n').filter((line) => line.trim() !== '').length);
  }
  const total = [...rooms.values()].reduce((sum, lines) => sum + lines, 0);
  const line = (/** @type {string} */ name, /** @type {number} */ lines) =>
    `${String(lines).padStart(7)}  ${name}`;
  return [
    ...[...rooms].sort(([a], [b]) => (a < b ? -1 : 1)).map(([room, lines]) => line(room, lines)),
    line('all rooms', total),
  ];
}
