import { expect, it } from 'vitest';
import { jsonSchemas } from '../../../server/content/schemas.ts';
import { type Field, fieldsOf } from './fieldTree.ts';

const all = (fields: readonly Field[]): readonly Field[] =>
  fields.flatMap((field) => [field, ...all(field.fields)]);
const fields = all([...jsonSchemas()].flatMap(([name, schema]) => fieldsOf(schema, name)));

it('[C30] the page has each field once, with its values and when it is required', () => {
  const ids = fields.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const found = (wanted: string) => fields.find(({ id }) => id === wanted);
  expect(found('check.steps.runs')).toMatchObject({ type: 'foreground, background', needed: 'required' });
  expect(found('check.steps.stop')).toMatchObject({ type: 'text', needed: 'with runs: background' });
  expect(found('check.steps.limits.seconds')).toMatchObject({ type: 'number from 1 to 120' });
  expect(found('check.expect')).toMatchObject({ type: 'list of expectation', of: 'expectation' });
});
