/** A paste in the address of a page, behind `#`: browsers send that part to nobody. */
import { MAX_PASTE_BYTES } from '../../core/paste/paste.ts';

/** Mail and chat programs cut longer addresses. */
export const MOST_CHARACTERS = 16_000;
const KEY = '#paste=';

export const hasPaste = (hash: string): boolean => hash.startsWith(KEY);

/** What follows the path; undefined when it would be too long. */
export async function hashOf(text: string): Promise<string | undefined> {
  const whole = new Blob([text]);
  if (whole.size > MAX_PASTE_BYTES) return undefined;
  const stream = whole.stream().pipeThrough(new CompressionStream('deflate-raw'));
  const bytes = await bytesOf(stream, MOST_CHARACTERS);
  if (bytes === undefined) return undefined;
  const data = btoa(String.fromCharCode(...bytes)).replace(/[+/=]/g, (mark) => URL_SAFE[mark] ?? '');
  return KEY.length + data.length > MOST_CHARACTERS ? undefined : KEY + data;
}
const URL_SAFE: Readonly<Record<string, string>> = { '+': '-', '/': '_' };

/** Anybody may have made the address: it is bounded, and a fault is a sentence for the reader. */
export async function pasteIn(hash: string): Promise<{ readonly text: string } | { readonly fault: string }> {
  if (hash.length > MOST_CHARACTERS)
    return { fault: `This address is longer than ${MOST_CHARACTERS} characters, so it was not opened.` };
  const text = await textOf(hash.slice(KEY.length)).catch(() => undefined);
  return text === undefined
    ? { fault: 'The paste in this address cannot be read: the address was cut, changed or made by hand.' }
    : { text };
}

async function textOf(data: string): Promise<string | undefined> {
  const packed = Uint8Array.from(atob(data.replaceAll('-', '+').replaceAll('_', '/')), (one) =>
    one.charCodeAt(0),
  );
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  const bytes = await bytesOf(stream, MAX_PASTE_BYTES);
  return bytes && new TextDecoder('utf-8', { fatal: true }).decode(bytes);
}

/** Undefined as soon as there are more than `most`: a small text can become a very large one. */
async function bytesOf(stream: ReadableStream<Uint8Array>, most: number): Promise<Uint8Array | undefined> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const reader = stream.getReader();
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return new Uint8Array(await new Blob(parts).arrayBuffer());
    size += value.length;
    if (size > most) {
      void reader.cancel();
      return undefined;
    }
    parts.push(new Uint8Array(value));
  }
}
