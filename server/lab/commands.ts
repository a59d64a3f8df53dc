/** Commands in the lab's network namespaces: a list of them becomes one shell script per namespace. */
import type { Block, Command } from './description/description.ts';
import { runOrThrow, quote } from './machine/runProgram.ts';

/** One line for sh in one namespace. */
export type PlacedCommand = { readonly on: string; readonly line: string; readonly mayFail: boolean };
export type PathOf = (namespace: string) => string;

export const placed = (on: string, ...run: readonly Command[]): PlacedCommand[] =>
  run.map((command) =>
    typeof command === 'string'
      ? { on, line: command, mayFail: false }
      : { on, line: command.try, mayFail: true },
  );

export const commandsIn = (blocks: readonly Block[]): PlacedCommand[] =>
  blocks.flatMap(({ on, run }) => placed(on, ...run));

/** Neighbours in the list that act on the same namespace, as one script each; the order is kept. */
export function scripts(list: readonly PlacedCommand[]): { readonly on: string; readonly text: string }[] {
  const done: { on: string; text: string }[] = [];
  for (const { on, line, mayFail } of list) {
    const guarded = mayFail
      ? `{ ${line}\n} >/dev/null 2>&1 || :\n`
      : `{ ${line}\n} || { echo ${quote(`on ${on}: ${line.slice(0, 160)}`)} >&2; exit 1; }\n`;
    const last = done.at(-1);
    if (last?.on === on) last.text += guarded;
    else done.push({ on, text: guarded });
  }
  return done;
}

/** Runs them in order. Rejects at the first that fails, naming it. */
export async function runCommands(list: readonly PlacedCommand[], path: PathOf): Promise<void> {
  for (const { on, text } of scripts(list))
    await runOrThrow(['nsenter', `--net=${path(on)}`, '/bin/sh', '-s'], { input: text });
}

/** Runs all, whatever becomes of each: for the way back from a state that is not known. */
export const tryCommands = (list: readonly PlacedCommand[], path: PathOf): Promise<void> =>
  runCommands(
    list.map((command) => ({ ...command, mayFail: true })),
    path,
  );
