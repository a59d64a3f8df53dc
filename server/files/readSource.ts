/** A file of the content as text, or why it is none: links, pipes and devices are never opened, and bytes that are no UTF-8 are never guessed at. */
import { lstat, readFile } from 'node:fs/promises';

/** More than any writeup or check; what a check may have is said by `yaml.ts`. */
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
