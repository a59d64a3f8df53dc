/** Operations on the lab's network namespaces: data, and how a list of them becomes one shell script per namespace. */

import type { Namespace } from './machines.ts';
import { must, quote } from './run.ts';

/** One command in one namespace. `mayFail` marks what the kernel under the lab may not offer and nothing documented needs. */
export type Op = { readonly on: Namespace; readonly argv: readonly string[]; readonly mayFail?: true };

/** Writes many commands at once: words are split at blanks, so an argument that holds one is given as a list. */
export const ops = (on: Namespace, ...lines: readonly (string | readonly string[])[]): Op[] =>
  lines.map((line) => ({ on, argv: typeof line === 'string' ? line.split(' ') : line }));

/** One operation as a shell line, for a reader or for a shell. */
export const scriptLine = ({ argv }: Op): string => argv.map(quote).join(' ');

/** Neighbours in the list that act on the same namespace, as one script each; the order is kept. */
export function scripts(list: readonly Op[]): { readonly on: Namespace; readonly text: string }[] {
  const done: { on: Namespace; text: string }[] = [];
  for (const op of list) {
    const line = scriptLine(op);
    const guarded = op.mayFail
      ? `${line} >/dev/null 2>&1 || :\n`
      : `${line} || { echo ${quote(`on ${op.on}: ${line.slice(0, 160)}`)} >&2; exit 1; }\n`;
    const last = done.at(-1);
    if (last?.on === op.on) last.text += guarded;
    else done.push({ on: op.on, text: guarded });
  }
  return done;
}

/** Does the operations in order. `path` leads to a namespace's file. Rejects at the first that fails, naming it. */
export async function apply(list: readonly Op[], path: (namespace: Namespace) => string): Promise<void> {
  for (const script of scripts(list)) {
    await must(['nsenter', `--net=${path(script.on)}`, '/bin/sh', '-s'], { input: script.text });
  }
}

/** Does all operations, whatever becomes of each: for the way back from a state that is not known. */
export const applyAsFarAsPossible = (
  list: readonly Op[],
  path: (namespace: Namespace) => string,
): Promise<void> =>
  apply(
    list.map((op) => ({ ...op, mayFail: true })),
    path,
  );
