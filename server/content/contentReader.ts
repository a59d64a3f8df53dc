/** Reads files of the content as text or as a schema's value. Every fault is collected, at its file and line. */
import { lstat, readFile } from 'node:fs/promises';
import type * as z from 'zod/mini';
import type { Fault } from '../../src/core/check/fault.ts';
import { codeOf } from '../files/errors.ts';
import { readYaml, type SourceFault } from '../files/yaml.ts';

/** More than any writeup or check needs. */
const maxBytes = 4 * 1024 * 1024;
const decoder = new TextDecoder('utf-8', { fatal: true });

export type ContentReader = ReturnType<typeof createContentReader>;

/** `shown`: how a fault names a file. */
export function createContentReader(shown: (path: string) => string, faults: SourceFault[]) {
  const addFault = (file: string, message: string, line = 1) =>
    void faults.push({ file: shown(file), line, message });

  /** Nothing after a fault. `absent`: what to say of a file that is not there. */
  const readText = async (file: string, absent?: string): Promise<string | undefined> => {
    try {
      const found = await lstat(file);
      if (!found.isFile()) addFault(file, 'expected a regular file, found a link, a folder or a device');
      else if (found.size > maxBytes)
        addFault(file, `expected at most ${maxBytes} bytes, found ${found.size}`);
      else return decoder.decode(await readFile(file));
    } catch (error) {
      if (error instanceof TypeError) addFault(file, 'expected UTF-8, found bytes that are none');
      else if (absent !== undefined && codeOf(error) === 'ENOENT') addFault(file, absent);
      else throw error;
    }
    return undefined;
  };
  const parse = <Schema extends z.ZodMiniType>(
    file: string,
    text: string,
    schema: Schema,
    place?: { firstLine: number },
  ) => {
    const { value, faults: own, lineOfPath } = readYaml(text, shown(file), schema, place);
    faults.push(...own);
    const report = (found: readonly Fault[]) => {
      for (const { path, message } of found)
        addFault(file, path.length > 0 ? `${path.join('.')}: ${message}` : message, lineOfPath(path));
    };
    return { value, lineOfPath, report };
  };
  /** `value` is undefined after a fault. */
  const readValue = async <Schema extends z.ZodMiniType>(file: string, schema: Schema, absent?: string) => {
    const text = await readText(file, absent);
    return text === undefined ? undefined : parse(file, text, schema);
  };
  return { faults, shown, addFault, readText, parse, readValue };
}

export const faultLine = ({ file, line, message }: SourceFault): string => `${file}:${line}: ${message}`;

/** Faults of content. The message has one line for each: file:line, what was expected, what to write. */
export class ContentError extends Error {
  readonly faults: readonly SourceFault[];
  constructor(faults: readonly SourceFault[]) {
    super(
      `content: ${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}\n${faults.map((fault) => `  ${faultLine(fault)}`).join('\n')}`,
    );
    this.name = 'ContentError';
    this.faults = faults;
  }
}
