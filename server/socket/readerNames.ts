/** Who is here: readers by the key that their pages keep, and the short names that others see. */

export type Readers = {
  /** A page of this reader has come; the first one gives the reader a name: `known`, or a number when that is empty. */
  came(reader: string, known: string): void;
  /** A page has gone. True when it was the reader's last. */
  went(reader: string): boolean;
  /** Nobody comes back by this key. */
  forget(reader: string): void;
  nameOf(reader: string): string;
};

const remembered = 10_000;

export function createReaderNames(): Readers {
  const names = new Map<string, string>();
  const pages = new Map<string, number>();
  let count = 0;
  return {
    came(reader, known) {
      pages.set(reader, (pages.get(reader) ?? 0) + 1);
      // Who has a name has the one of today: with another sign-in it may be another.
      if (known === '' && names.has(reader)) return;
      if (known === '') count += 1;
      names.set(reader, known === '' ? `Reader ${count}` : known);
      // Whoever is here keeps the name.
      for (const oldest of names.keys()) {
        if (names.size <= remembered) break;
        if (!pages.has(oldest)) names.delete(oldest);
      }
    },
    went(reader) {
      const left = (pages.get(reader) ?? 1) - 1;
      if (left > 0) pages.set(reader, left);
      else pages.delete(reader);
      return left <= 0;
    },
    forget: (reader) => void names.delete(reader),
    nameOf: (reader) => names.get(reader) ?? 'A reader',
  };
}
