/** Reads a file of the content as text. Links, pipes, devices and bytes that are not UTF-8 are refused with a sentence. */
import { lstat, readFile } from 'node:fs/promises';

/** More than any writeup or check needs. */
const maxBytes = 4 * 1024 * 1024;
const decoder = new TextDecoder('utf-8', { fatal: true });

export async function readSource(
  file: string,
): Promise<{ readonly text: string } | { readonly message: string }> {
  const found = await lstat(file);
  if (!found.isFile()) return { message: 'expected a regular file, found a link, a folder or a device' };
  if (found.size > maxBytes) return { message: `expected at most ${maxBytes} bytes, found ${found.size}` };
  try {
    return { text: decoder.decode(await readFile(file)) };
  } catch (error) {
    if (error instanceof TypeError) return { message: 'expected UTF-8, found bytes that are none' };
    throw error;
  }
}
