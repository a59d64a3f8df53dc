/** Names of readers, by the key that their pages send. */

export type ReaderNames = ReturnType<typeof createReaderNames>;

const maxRemembered = 10_000;

/** `sharedNumber`: the number that a reader without a name has at every server. */
export function createReaderNames(sharedNumber?: (reader: string) => Promise<number>) {
  const names = new Map<string, string>();
  const pages = new Map<string, number>();
  let count = 0;
  const numberOf = (): number => {
    count += 1;
    return count;
  };
  return {
    /** Counts one more page of a reader. An empty `name` becomes `Reader N` for the reader's first page. */
    async add(reader: string, name: string): Promise<void> {
      pages.set(reader, (pages.get(reader) ?? 0) + 1);
      // A name can change with another sign-in; a number stays.
      if (name !== '') names.set(reader, name);
      else if (!names.has(reader))
        names.set(reader, `Reader ${sharedNumber ? await sharedNumber(reader) : numberOf()}`);
      for (const oldest of names.keys()) {
        if (names.size <= maxRemembered) break;
        if (!pages.has(oldest)) names.delete(oldest);
      }
    },
    /** Counts one page less. True if it was the reader's last. */
    remove(reader: string): boolean {
      const left = (pages.get(reader) ?? 1) - 1;
      if (left > 0) pages.set(reader, left);
      else pages.delete(reader);
      return left <= 0;
    },
    /** Drops a name that nobody can come back to. */
    forget: (reader: string) => void names.delete(reader),
    nameOf: (reader: string) => names.get(reader) ?? 'A reader',
  };
}
