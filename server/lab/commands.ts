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

/** What `ip` takes as one line of a batch, where words are parted by blanks and nothing else has a meaning; options before them it does not take. */
const batchLine = /^ip ([a-z][^'"`\\$&|;<>()*?#\n]*)$/;

/** What sets values of the kernel and nothing else. */
const settingLine = /^sysctl -qw ((?:[\w.-]+=[\w-]+(?: |$))+|'[\w.-]+=[\w -]+')$/;

/** The same without a process: each value is written to its file. */
function asWrites(line: string): readonly string[] {
  const [, settings] = settingLine.exec(line) ?? [];
  const pairs = settings?.startsWith("'") ? [settings.slice(1, -1)] : settings?.trim().split(' ');
  if (pairs === undefined) return [line];
  return pairs.map((pair) => {
    const [name = '', value = ''] = pair.split('=');
    return `echo ${value} >/proc/sys/${name.replaceAll('.', '/')}`;
  });
}

/** Neighbours in the list that act on the same namespace, as one script each; the order is kept. Each process costs time, so neighbours of `ip` share one, and settings of the kernel need none. */
export function scripts(list: readonly PlacedCommand[]): { readonly on: string; readonly text: string }[] {
  const done: { on: string; text: string }[] = [];
  let batch: string[] = [];
  const flush = (): void => {
    const last = done.at(-1);
    if (batch.length > 0 && last !== undefined)
      last.text += orNamed(
        last.on,
        batch.map((line) => `ip ${line}`).join('; '),
        `ip -batch - <<'END'\n${batch.join('\n')}\nEND`,
      );
    batch = [];
  };
  for (const { on, line, mayFail } of list) {
    const batched = mayFail ? undefined : batchLine.exec(line)?.[1];
    if (batched === undefined || done.at(-1)?.on !== on) flush();
    if (done.at(-1)?.on !== on) done.push({ on, text: '' });
    const last = done.at(-1);
    if (batched !== undefined) batch.push(batched);
    else if (last !== undefined)
      last.text += mayFail
        ? `{ ${asWrites(line).join('\n')}\n} >/dev/null 2>&1 || :\n`
        : orNamed(on, line, asWrites(line).join(' && '));
  }
  flush();
  return done;
}

const orNamed = (on: string, name: string, line: string): string =>
  `{ ${line}\n} || { echo ${quote(`on ${on}: ${name.slice(0, 400)}`)} >&2; exit 1; }\n`;

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
