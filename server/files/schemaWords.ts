/** What a schema and the YAML library say of a fault, in words that say what to write. Never the value where it may be a secret: only its kind. */
import type * as z from 'zod/mini';
import { nearest } from '../../src/core/text/nearest.ts';

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
export const schemaWords: z.core.$ZodErrorMap = (issue) => {
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

export function yamlWords(code: string, message: string): string {
  const [first = code] = message.split('\n');
  const remedy = first.startsWith('Sequence item') ? indent : remedies[code];
  return `not good YAML: ${first}${remedy === undefined ? '' : `; ${remedy}`}`;
}
