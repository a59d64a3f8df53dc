/** Our own rules for sizes: lines of a file, files of a folder, README's list of files from a click to a verdict; and the weight of the source, room by room. Pure. */
import { folderOf, isTest } from './paths.ts';

/** `path` is from the project's root. */
export type File = { readonly path: string; readonly text: string };

const MOST_LINES = 250;

export function lengthProblems({ path, text }: File): string[] {
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  if (lines <= MOST_LINES) return [];
  return [
    `${path}: ${lines} lines; at most ${MOST_LINES}. It has more than one reason to change: make two files of it.`,
  ];
}

/** True for a shell script, by its name or its first line. */
export function isShellScript({ path, text }: File) {
  return path.endsWith('.sh') || /^#!.*\b(ba|da)?sh\b/.test(text);
}

/** The shell that a script asks for. */
export function shellOf(text: string) {
  return /^#!.*\bbash\b/.test(text) ? 'bash' : 'sh';
}

const MOST_FILES = 25;
const COUNTED = /^(src|server|bench|tools|e2e)\//;

/** A sentence for each folder that is too full. */
export function folderProblems(paths: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const path of paths) {
    if (!COUNTED.test(path) || isTest(path) || /\.(json|md)$/.test(path)) continue;
    counts.set(folderOf(path), (counts.get(folderOf(path)) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, count]) => count > MOST_FILES)
    .map(
      ([folder, count]) =>
        `${folder}/: ${count} files; at most ${MOST_FILES}, tests apart. Group those that change together in a folder of their own.`,
    );
}

const MOST_WAY_LINES = 1000;

export function wayProblems(files: readonly File[]): string[] {
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  const list = /```way\n([\s\S]*?)```/.exec(texts.get('README.md') ?? '')?.[1] ?? '';
  const paths = list.split('\n').flatMap((line) => line.split(' ')[0] || []);
  if (paths.length === 0) return ['README.md: has no block ```way with the files from a click to a verdict.'];
  const missing = paths.filter((path) => !texts.has(path));
  const lines = paths.reduce((sum, path) => sum + (texts.get(path)?.split('\n').length ?? 1) - 1, 0);
  return [
    ...missing.map((path) => `README.md: the way names ${path}, and there is no such file.`),
    ...(lines < MOST_WAY_LINES
      ? []
      : [`README.md: the way has ${lines} lines; below ${MOST_WAY_LINES} is the limit.`]),
  ];
}

/** Rooms that are counted together; any other path counts for its first folder, in `server` for its first two. */
const TOGETHER = /^src\/(core|client|elements|components|styles|record)\//;
const PAGES = /^src\/(pages|layouts)\//;

/** The room that a file counts for; `undefined` for one that is not counted. */
function roomOf(path: string) {
  if (isTest(path) || /\.(json|md)$/.test(path)) return undefined;
  if (PAGES.test(path)) return 'src/pages+layouts';
  const [first = '', second = '', third] = path.split('/');
  if (['tools', 'bench', 'e2e'].includes(first)) return first;
  if (first === 'server') return third === undefined ? 'server' : `server/${second}`;
  if (first !== 'src') return undefined;
  return TOGETHER.test(path) ? `src/${second}` : 'src';
}

/** Non-blank lines of every room, without tests, JSON and Markdown, as lines to print, the total last. */
export function weightLines(files: readonly File[]): string[] {
  const rooms = new Map<string, number>();
  for (const { path, text } of files) {
    const room = roomOf(path);
    if (room !== undefined)
      rooms.set(room, (rooms.get(room) ?? 0) + text.split('\n').filter((line) => line.trim() !== '').length);
  }
  const total = [...rooms.values()].reduce((sum, lines) => sum + lines, 0);
  const line = (name: string, lines: number) => `${String(lines).padStart(7)}  ${name}`;
  return [
    ...[...rooms].sort(([a], [b]) => (a < b ? -1 : 1)).map(([room, lines]) => line(room, lines)),
    line('all rooms', total),
  ];
}
