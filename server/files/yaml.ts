/** Reads YAML as a schema's value, with every fault at its file and line. */
import { isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import * as z from 'zod/mini';
import { nearest } from '../../src/core/text/nearest.ts';
import { keysAt } from './schemaKeys.ts';
import { schemaWords, yamlWords } from './schemaWords.ts';

z.config({ ...z.locales.en(), customError: schemaWords });

export type SourceFault = { readonly file: string; readonly line: number; readonly message: string };
type Path = readonly (string | number)[];
const maxBytes = 256 * 1024;

/** `value` is there only without faults. `firstLine`: the line of the file at which the text starts. */
export function readYaml<Schema extends z.ZodMiniType>(
  text: string,
  file: string,
  schema: Schema,
  { firstLine = 1 }: { firstLine?: number } = {},
): { value?: z.infer<Schema>; faults: readonly SourceFault[]; lineOfPath: (path: Path) => number } {
  const one = (line: number, message: string) => ({
    faults: [{ file, line, message }],
    lineOfPath: () => line,
  });
  if (Buffer.byteLength(text) > maxBytes)
    return one(firstLine, `expected at most ${maxBytes} bytes of YAML, found ${Buffer.byteLength(text)}`);
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    merge: false,
    customTags: [],
    schema: 'core',
    strict: true,
    uniqueKeys: true,
    // For a hostile file, the library's rendering of errors takes quadratic time.
    prettyErrors: false,
  });
  const lineAt = (offset: number) => lines.linePos(offset).line + firstLine - 1;
  const [error] = [...document.errors, ...document.warnings];
  if (error) return one(lineAt(error.pos[0]), yamlWords(error.code, error.message));
  const lineOfPath = (path: Path): number => {
    for (let length = path.length; length >= 0; length -= 1) {
      const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return lineAt(node.range[0]);
    }
    return firstLine;
  };
  const lineOfKey = (path: Path, key: string): number => {
    const map = path.length === 0 ? document.contents : document.getIn(path, true);
    const pair = isMap(map)
      ? map.items.find((item) => isScalar(item.key) && item.key.value === key)
      : undefined;
    return isNode(pair?.key) && pair.key.range ? lineAt(pair.key.range[0]) : lineOfPath(path);
  };
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 0 });
  } catch {
    return one(
      firstLine,
      'expected YAML without anchors and aliases (`&name`, `*name`): write the value out in each place',
    );
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { value: parsed.data, faults: [], lineOfPath };
  return {
    // A misspelt key first: it is why another one is missing.
    faults: [...parsed.error.issues].sort(byCause).flatMap((issue) => {
      const path = issue.path.filter((part) => typeof part !== 'symbol');
      const at = path.length > 0 ? `${path.join('.')}: ` : '';
      if (issue.code === 'unrecognized_keys')
        return issue.keys.map((key) => ({
          file,
          line: lineOfKey(path, key),
          message: `${at}${unknownKey(key, keysAt(schema, path))}`,
        }));
      return [{ file, line: lineOfPath(path), message: `${at}${issue.message}` }];
    }),
    lineOfPath,
  };
}

const byCause = (a: z.core.$ZodIssue, b: z.core.$ZodIssue): number =>
  Number(b.code === 'unrecognized_keys') - Number(a.code === 'unrecognized_keys');

function unknownKey(key: string, known: readonly string[]): string {
  const near = nearest(key, known);
  const hint = near.length > 0 ? `; nearest: ${near.join(', ')}` : '';
  return `expected one of the keys ${known.join(', ')}; found "${key}"${hint}`;
}
