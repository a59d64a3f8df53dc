import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { siteSchema } from './site.ts';
import { jsonSchemas, schemaOf, withSchemaLine } from './schemas.ts';

const content = fileURLToPath(new URL('../../content', import.meta.url));
const schemas = jsonSchemas();
const ajv = new Ajv({ strict: true, strictTuples: false, allowUnionTypes: true });
const validators = new Map([...schemas].map(([name, schema]) => [name, ajv.compile(schema)]));

const files = readdirSync(content, { recursive: true, encoding: 'utf8' }).flatMap((path) => {
  const schema = schemaOf(path);
  if (schema === undefined) return [];
  const text = readFileSync(join(content, path), 'utf8');
  const yaml = path.endsWith('.mdx') ? (text.split(/^---$/m)[1] ?? '') : text;
  return [{ path, schema, value: parse(yaml, { schema: 'core' }) as unknown }];
});

type Schema = { readonly [key: string]: unknown };
/** Every field below, as a path, that says nothing to its author. */
function undescribed(schema: unknown, path: string): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema as Schema).flatMap(([key, inner]) => {
    if (key !== 'properties') return undescribed(inner, path);
    return Object.entries(inner as Schema).flatMap(([name, field]) => {
      const { description, $ref } = field as Schema;
      const own = description === undefined && $ref === undefined ? [`${path}.${name}`] : [];
      return [...own, ...undescribed(field, `${path}.${name}`)];
    });
  });
}

describe('the JSON Schemas for editors', () => {
  it('[C30] accept every file of the content, of every kind; this one has no site.yaml', () => {
    const refused = files.flatMap(({ path, schema, value }) =>
      validators.get(schema)?.(value) ? [] : [`${path}: ${ajv.errorsText(validators.get(schema)?.errors)}`],
    );
    expect(refused).toEqual([]);
    expect(new Set([...files.map(({ schema }) => schema), 'site'])).toEqual(new Set(validators.keys()));
  });
  it('[C30] are no stricter: a pattern has no flag, which JSON Schema cannot say', () => {
    const colours = { ink: { light: '#1D4C9A', dark: '#abcdef' } };
    expect(siteSchema.safeParse({ colours }).success).toBe(true);
    expect(validators.get('site')?.({ colours })).toBe(true);
  });
  it('[C30] refuse a misspelt field and a missing one in each', () => {
    for (const { path, schema, value } of files) {
      const [first] = Array.isArray(value) ? (value as object[]) : [value as object];
      const [key = '', inner] = Object.entries(first ?? {})[0] ?? [];
      const { [key]: _, ...rest } = { ...first } as Schema;
      const misspelt = { ...first, [`${key}x`]: inner };
      for (const wrong of [misspelt, rest].map((one) => (Array.isArray(value) ? [one] : one)))
        expect
          .soft(validators.get(schema)?.(wrong), `${path}: ${key}`)
          .toBe(key === 'changes' && wrong === rest);
    }
  });
  it('[C30] say something of every field', () => {
    expect([...schemas].flatMap(([name, schema]) => undescribed(schema, name))).toEqual([]);
  });
  it('[C30] are named by a first line of each new file that may have one', () => {
    const lineOf = (path: string) => withSchemaLine(join(content, path), 'x\n').split('\n')[0];
    expect(
      ['w/checks/two.yaml', 'w/lab/lab.yaml', 'site.yaml', 'w/index.mdx', 'w/lab/packages.json'].map(lineOf),
    ).toEqual([
      '# yaml-language-server: $schema=../../../schemas/check.json',
      '# yaml-language-server: $schema=../../../schemas/lab.json',
      '# yaml-language-server: $schema=../schemas/site.json',
      'x',
      'x',
    ]);
  });
});
