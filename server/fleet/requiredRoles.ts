/** Which roles the writeups name: only hosts that play one of them are needed. */
import type { LoadedWriteup } from '../content/load.ts';

/** Each role once, in the order in which the writeups name them. */
export function rolesOf(writeups: readonly LoadedWriteup[]): readonly string[] {
  const named = writeups.flatMap(({ writeup, checks }) => [
    ...writeup.roles.map(({ role }) => role),
    ...[...checks.values()].flatMap(({ check }) => check.steps.map(({ role }) => role)),
  ]);
  return [...new Set(named)];
}
