/** Reads the file of `--auth-file`, and again when it has changed. What may be in it is left to `authSchema.ts`. */
import { readFileSync, statSync } from 'node:fs';
import type * as z from 'zod/mini';
import { readYaml } from '../files/yaml.ts';

export type AuthFile<Value> = {
  /** What the file says; nothing while it cannot be read: then nobody gets in by it. */
  get(): Value | undefined;
  /** Reads it again if it has changed. */
  reload(): void;
};

/** The file, or what is in it, is at fault. The message is for the operator: file, line, what to write. */
export class AuthFileError extends Error {}

/** Throws AuthFileError when the file is at fault at the start; later faults are told to `changed`. */
export function openAuthFile<Schema extends z.ZodMiniType>(
  file: string,
  schema: Schema,
  changed: (message: string) => void,
): AuthFile<z.infer<Schema>> {
  let mark = markOf(file);
  let value: z.infer<Schema> | undefined = read(file, schema);
  let strikes = 0;
  return {
    get: () => value,
    reload() {
      const now = markOf(file);
      if (now === mark && strikes !== 1) return;
      try {
        value = read(file, schema);
        mark = now;
        strikes = 0;
        changed(`${file} was read again`);
      } catch (error) {
        if (!(error instanceof AuthFileError)) throw error;
        // An editor may be in the middle of writing it: the second look decides, and then nobody gets in until it is mended.
        strikes = now === mark ? strikes + 1 : 1;
        mark = now;
        if (strikes < 2) return;
        value = undefined;
        changed(error.message);
      }
    },
  };
}

function read<Schema extends z.ZodMiniType>(file: string, schema: Schema): z.infer<Schema> {
  const text = textOf(file);
  const { value, faults } = readYaml(text, file, schema);
  if (faults.length > 0 || value === undefined)
    throw new AuthFileError(
      `--auth-file: nobody can be let in by it:\n${faults.map(({ line, message }) => `  ${file}:${line}: ${message}`).join('\n')}`,
    );
  return value;
}

function textOf(file: string): string {
  try {
    const { mode } = statSync(file);
    if ((mode & 0o022) !== 0)
      throw new AuthFileError(
        `--auth-file: ${file} may be written by others than its owner, who could let themselves in. Run: chmod 600 ${file}`,
      );
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof AuthFileError) throw error;
    throw new AuthFileError(
      `--auth-file: ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'}). Name a file that this user may read.`,
    );
  }
}

/** Changes with every way of changing a file: written in place, replaced, taken away, opened to others. */
function markOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false, bigint: true });
  return found ? [found.ino, found.size, found.mtimeNs, found.ctimeNs, found.mode].join(' ') : 'none';
}
