/** Faults in the description of a lab, as a path and a sentence: names that lead nowhere, and what is there twice. Pure. */
export type Path = readonly (string | number)[];
export type Fault = { readonly path: Path; readonly message: string };

export const unknownNameFaults = (
  path: Path,
  what: string,
  found: string,
  known: readonly string[],
): Fault[] =>
  known.includes(found)
    ? []
    : [
        {
          path,
          message: `expected ${what} (${known.join(', ') || 'none'}), found "${found}"; write one of these or add it`,
        },
      ];

/** The second of two that are the same, each with its path. */
export function duplicateFaults(
  what: string,
  list: readonly { readonly path: Path; readonly value: string }[],
): Fault[] {
  const seen = new Set<string>();
  return list.flatMap(({ path, value }) => {
    const first = !seen.has(value);
    seen.add(value);
    if (first) return [];
    return [{ path, message: `expected ${what} once, found "${value}" a second time; write another one` }];
  });
}
