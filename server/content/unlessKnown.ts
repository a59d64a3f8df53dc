/** Reads folders again only when a file in them has changed: content is loaded at each save in development, where sixty writeups should cost what one does, and by each command of a process that runs several. */
import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../files/errors.ts';
import type { SourceFault } from '../files/yaml.ts';

/** Two changes within a tick of the kernel's clock for files, 10 ms at most, can look like one. */
const TICK_MS = 20;

/** A text that is another one when a file in these folders changes, comes, goes or is renamed; nothing where that cannot be told yet. Folders may be missing. */
export function stampOf(folders: readonly string[]): string | undefined {
  const now = Date.now();
  const lines: string[] = [];
  for (const { parentPath, name } of folders.flatMap(filesIn)) {
    const path = join(parentPath, name);
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found === undefined || now - found.ctimeMs < TICK_MS) return undefined;
    lines.push(`${path} ${found.ino} ${found.size} ${found.ctimeMs}`);
  }
  return lines.join('\n');
}

function filesIn(folder: string) {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true });
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** A function that reads what is at `place`, faults included, or returns what it read last when `stamp` is still the same. */
export function createUnlessKnown<Value>() {
  type Known = { readonly stamp: string; readonly value: Value; readonly faults: readonly SourceFault[] };
  const known = new Map<string, Known>();
  return async (
    place: string,
    stamp: string | undefined,
    faults: SourceFault[],
    read: () => Value | Promise<Value>,
  ): Promise<Value> => {
    const last = known.get(place);
    if (last !== undefined && last.stamp === stamp) {
      faults.push(...last.faults);
      return last.value;
    }
    const before = faults.length;
    const value = await read();
    known.delete(place);
    if (stamp !== undefined) known.set(place, { stamp, value, faults: faults.slice(before) });
    return value;
  };
}
