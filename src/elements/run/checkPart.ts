/** The part of a check's page that other pages show too: its terminal, and the way to the rest. */
import { readDocument } from '../base/readDocument.ts';

const loaded = new Map<string, Promise<Element>>();

/** A copy of the part of the page at `address`. A failure is tried again at the next call. */
export async function partOf(address: string): Promise<Element> {
  const own = loaded.get(address) ?? load(address);
  loaded.set(address, own);
  try {
    return document.importNode(await own, true);
  } catch (error) {
    loaded.delete(address);
    throw error;
  }
}

async function load(address: string): Promise<Element> {
  // Without the last run: the part follows it by itself.
  const part = (await readDocument(`${address}?part`)).querySelector('[data-part]');
  if (part === null) throw new Error(`${address}: expected a page of a check, found another`);
  return part;
}
