/** Reads the file of `--auth-file`, and reloads it when it has changed. */
import { readFileSync, statSync } from 'node:fs';
import type * as z from 'zod/mini';
import { readYaml } from '../files/yaml.ts';

/** The message is for the operator: file, line, what to write. */
export class AuthFileError extends Error {}

/** Throws AuthFileError if the file is at fault at the start. `changed` gets later faults, and reloads. */
export function openAuthFile<Schema extends z.ZodMiniType>(
  file: string,
  schema: Schema,
  changed: (message: string) => void,
) {
  let mark = markOf(file);
  let value: z.infer<Schema> | undefined = read(file, schema);
  let failures = 0;
  return {
    /** Undefined while the file is at fault: then nobody can sign in by it. */
    get: (): z.infer<Schema> | undefined => value,
    reload() {
      const now = markOf(file);
      if (now === mark && failures !== 1) return;
      try {
        value = read(file, schema);
        mark = now;
        failures = 0;
        changed(`${file} was read again`);
      } catch (error) {
        if (!(error instanceof AuthFileError)) throw error;
        // An editor may still be writing: only a second failure counts.
        failures = now === mark ? failures + 1 : 1;
        mark = now;
        if (failures < 2) return;
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
      `--auth-file: nobody can sign in with this file:\n${faults.map(({ line, message }) => `  ${file}:${line}: ${message}`).join('\n')}`,
    );
  return value;
}

function textOf(file: string): string {
  try {
    const { mode } = statSync(file);
    if ((mode & 0o022) !== 0)
      throw new AuthFileError(
        `--auth-file: ${file} is writable for other users, who could give themselves rights. Run: chmod 600 ${file}`,
      );
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof AuthFileError) throw error;
    throw new AuthFileError(
      `--auth-file: ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'}). Name a file that this user may read.`,
    );
  }
}

/** Differs after every change: written in place, replaced, removed, opened to others. */
function markOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false, bigint: true });
  return found ? [found.ino, found.size, found.mtimeNs, found.ctimeNs, found.mode].join(' ') : 'none';
}
