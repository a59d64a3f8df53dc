/** The disk as the inventory reader sees it: regular files up to a size, as UTF-8 text. Nothing else is opened, so nothing can hang. */
import { closeSync, fstatSync, openSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { codeOf } from './errors.ts';

export type Disk = typeof realDisk;
/** `fault` reads after "found". */
type Read = { readonly text: string } | { readonly fault: string };

export const realDisk = {
  look(path: string): 'file' | 'directory' | 'nothing' | 'other' {
    try {
      const found = statSync(path);
      return found.isFile() ? 'file' : found.isDirectory() ? 'directory' : 'other';
    } catch {
      return 'nothing';
    }
  },
  /** Names in a folder, in the order of their characters; empty when it cannot be read. */
  list(path: string): readonly string[] {
    try {
      return readdirSync(path).sort();
    } catch {
      return [];
    }
  },
  read(path: string, limitBytes: number): Read {
    // Opening a pipe or a device may wait for ever.
    if (realDisk.look(path) !== 'file') return { fault: 'no regular file' };
    let handle: number | undefined;
    try {
      handle = openSync(path, 'r');
      const { size } = fstatSync(handle);
      if (size > limitBytes) return { fault: `${size} bytes` };
      return asText(readFileSync(handle));
    } catch (error) {
      return { fault: codeOf(error) || String(error) };
    } finally {
      if (handle !== undefined) closeSync(handle);
    }
  },
};

function asText(bytes: Uint8Array): Read {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const nul = text.indexOf('\0');
    if (nul < 0) return { text };
    return { fault: `a NUL in line ${text.slice(0, nul).split('\n').length}` };
  } catch {
    return { fault: 'bytes that are not UTF-8' };
  }
}
