/** What brings an index of an earlier version up to date: element n leads from version n + 1 to n + 2. Never changed, only added to. */
export const migrations: readonly string[] = [];
