/** Reads YAML as a schema's value, with every fault at its file and line. */
import { isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import * as z from 'zod/mini';
import { nearest } from '../../src/core/text/nearest.ts';

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

const kinds: Readonly<Record<string, string>> = {
  array: 'a list: `[one, two]`, or a line with `- ` for each',
  object: 'names with values: `name: value` on a line each',
  record: 'names with values: `name: value` on a line each',
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

function kindOf(input: unknown): string {
  if (input === undefined || input === null) return 'nothing';
  if (Array.isArray(input)) return 'a list';
  return (
    { object: 'names with values', string: 'a text', boolean: 'true or false' }[typeof input as string] ??
    'a number'
  );
}

/** For zod: nothing where its own words are good enough. */
const schemaWords: z.core.$ZodErrorMap = (issue) => {
  const { input } = issue;
  if (issue.code === 'invalid_type') {
    const expected = kinds[issue.expected] ?? issue.expected;
    const isText = expected === 'a text' && typeof input === 'number';
    const isQuoted = typeof input === 'string' && /number/.test(expected);
    const hint = isText ? '; write it in quotes' : isQuoted ? '; write it without quotes' : '';
    return `expected ${expected}; found ${kindOf(input)}${hint || (input === undefined ? '; write it here' : '')}`;
  }
  if (issue.code === 'invalid_value') return oneOf(issue.values, input);
  if (issue.code === 'invalid_union' && 'options' in issue && Array.isArray(issue.options)) {
    const key = 'discriminator' in issue ? String(issue.discriminator) : '';
    const found = typeof input === 'object' && input !== null ? Reflect.get(input, key) : undefined;
    return oneOf(issue.options, found);
  }
  if (issue.code === 'too_small' && issue.origin === 'array')
    return `expected a list with at least ${String(issue.minimum)} in it; found ${Array.isArray(input) ? input.length : 0}`;
  return undefined;
};
z.config({ ...z.locales.en(), customError: schemaWords });

function oneOf(options: readonly unknown[], found: unknown): string {
  const known = options.map(String);
  const expected = known.length === 1 ? (known[0] ?? '') : `one of ${known.join(', ')}`;
  if (typeof found !== 'string' || found.length > 40) return `expected ${expected}; found ${kindOf(found)}`;
  const near = nearest(found, known);
  return `expected ${expected}; found "${found}"${near.length > 0 ? `; nearest: ${near.join(', ')}` : ''}`;
}

const indent = 'begin a line as far to the right as the lines beside it, with blanks';
/** By the code of the library's error. */
const remedies: Readonly<Record<string, string>> = {
  BAD_INDENT: indent,
  TAB_AS_INDENT: indent,
  MULTILINE_IMPLICIT_KEY: indent,
  BLOCK_AS_IMPLICIT_KEY: `${indent}; put a text with \`: \` in it into quotes`,
  UNEXPECTED_TOKEN: `${indent}; close each bracket and quote`,
  DUPLICATE_KEY: 'write each name once',
  MISSING_CHAR: 'close the quote or the bracket, and write `name: value` with a blank',
  BAD_SCALAR_START: 'put the text into quotes',
};

function yamlWords(code: string, message: string): string {
  const [first = code] = message.split('\n');
  const remedy = first.startsWith('Sequence item') ? indent : remedies[code];
  return `not good YAML: ${first}${remedy === undefined ? '' : `; ${remedy}`}`;
}

/** Every key of every object that the schema allows at `path`; of a union, those of all its members. */
function keysAt(schema: z.core.$ZodType, path: Path): readonly string[] {
  let here = unwrapped(schema);
  for (const part of path) here = here.flatMap((one) => below(one, part)).flatMap(unwrapped);
  return [...new Set(here.flatMap((one) => ('shape' in one.def ? Object.keys(one.def.shape) : [])))];
}

type Known = { readonly def: z.core.$ZodTypes['_zod']['def'] };

/** Without what a schema is wrapped in: the objects, arrays and records themselves. */
function unwrapped(schema: z.core.$ZodType): readonly Known[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if ('innerType' in def) return unwrapped(def.innerType);
  if ('options' in def) return def.options.flatMap(unwrapped);
  return [{ def }];
}

function below({ def }: Known, part: string | number): readonly z.core.$ZodType[] {
  if ('shape' in def) {
    const found = def.shape[part];
    return found === undefined ? [] : [found];
  }
  if ('element' in def) return [def.element];
  return 'valueType' in def ? [def.valueType] : [];
}
