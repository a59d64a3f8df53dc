/** Names of readers, by the key that their pages send. */

export type ReaderNames = {
  /** Counts one more page of a reader. An empty `name` becomes `Reader N` for the reader's first page. */
  add(reader: string, name: string): void;
  /** Counts one page less. True if it was the reader's last. */
  remove(reader: string): boolean;
  /** Drops a name that nobody can come back to. */
  forget(reader: string): void;
  nameOf(reader: string): string;
};

const maxRemembered = 10_000;

export function createReaderNames(): ReaderNames {
  const names = new Map<string, string>();
  const pages = new Map<string, number>();
  let count = 0;
  return {
    add(reader, name) {
      pages.set(reader, (pages.get(reader) ?? 0) + 1);
      // A name can change with another sign-in; a number stays.
      if (name === '' && names.has(reader)) return;
      if (name === '') count += 1;
      names.set(reader, name === '' ? `Reader ${count}` : name);
      for (const oldest of names.keys()) {
        if (names.size <= maxRemembered) break;
        if (!pages.has(oldest)) names.delete(oldest);
      }
    },
    remove(reader) {
      const left = (pages.get(reader) ?? 1) - 1;
      if (left > 0) pages.set(reader, left);
      else pages.delete(reader);
      return left <= 0;
    },
    forget: (reader) => void names.delete(reader),
    nameOf: (reader) => names.get(reader) ?? 'A reader',
  };
}
