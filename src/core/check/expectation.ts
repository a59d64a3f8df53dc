/** The schema of an expectation: one comparison of output with what is documented. */
import * as z from '../text/schema.ts';
import { readQuantity, units } from './quantity.ts';
import { step, stream } from './sample.ts';
import { idSchema as name } from '../vocabulary.ts';

const scalar = z.union([z.string(), z.number()]);
const quantity = z
  .string()
  .check(
    z.refine(
      (text) => readQuantity(text) !== undefined,
      `write a number and its unit, for example \`1.5 s\` or \`64 KiB\`; units: ${units.join(', ')}`,
    ),
  );
/** With a unit, for a value read `as: duration` or `as: size`, and for a time. */
const number = z.union([z.number(), quantity]);
const percent = z.string().check(z.regex(/^\d+(\.\d+)? ?%$/, 'write a percentage like `10 %`'));

const comparisonSchema = z
  .union(
    [
      z.strictObject({ eq: z.field(scalar, 'Equal to it.') }),
      z.strictObject({ ne: z.field(scalar, 'Not equal to it.') }),
      z.strictObject({ lt: z.field(number, 'Less than it.') }),
      z.strictObject({ le: z.field(number, 'At most it.') }),
      z.strictObject({ gt: z.field(number, 'More than it.') }),
      z.strictObject({ ge: z.field(number, 'At least it.') }),
      z.strictObject({
        between: z.field(z.tuple([number, number]), 'From the first to the second, both included.'),
      }),
      z.strictObject({
        about: z.field(number, 'Near it: at most `within` away.'),
        within: z.field(z.union([number, percent]), 'How far away it may be, or a percentage: `10 %`.'),
      }),
      z.strictObject({ oneOf: z.field(z.array(scalar).check(z.minLength(1)), 'Equal to one of them.') }),
      z.strictObject({
        matches: z.field(z.string().check(z.minLength(1)), 'An RE2 expression matches all of it.'),
      }),
    ],
    {
      error:
        'write exactly one comparison: eq, ne, lt, le, gt, ge, between: [a, b], about with within, oneOf: [...], or matches',
    },
  )
  .check(z.meta({ id: 'comparison', description: 'Exactly one comparison.' }));
export type Comparison = z.infer<typeof comparisonSchema>;

const often = z.optionalField(
  z.enum(['once', 'optional', 'any', 'some']),
  'How often in a row: once, at most once, any number of times, or at least once.',
);
export const lineSchema = z
  .union(
    [
      z.strictObject({ literal: z.field(z.string(), 'The line, word for word.'), times: often }),
      z.strictObject({
        glob: z.field(z.string().check(z.minLength(1)), '`*` is any run of characters, `?` is one.'),
        times: often,
      }),
      z.strictObject({
        regex: z.field(z.string().check(z.minLength(1)), 'An RE2 expression that matches the whole line.'),
        times: often,
      }),
      z.strictObject({ rest: z.field(z.literal(true), 'Any number of lines, or none.') }),
    ],
    {
      error:
        'write one of literal, glob, regex (each may have times: once, optional, any, some) or rest: true',
    },
  )
  .check(z.meta({ id: 'line', description: 'One item of an expected sequence of lines.' }));
export type LinePattern = z.infer<typeof lineSchema>;

const place = { step, stream };
const text = z
  .string()
  .check(z.minLength(1, 'an empty text is in everything: write the words that must be there'));
const words = z.field(text, 'The words; they must not begin or end with a digit.');

const kind = <Kind extends string>(of: Kind, meaning: string) => z.field(z.literal(of), meaning);

export const expectationSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: kind('exit', 'The exit status of a step.'), step, is: comparisonSchema }),
    z.strictObject({
      kind: kind('lines', 'The whole stream, line by line, from the first to the last.'),
      ...place,
      lines: z.field(z.array(lineSchema).check(z.minLength(1)), 'The lines, in order.'),
      blanks: z.optionalField(z.enum(['kept', 'collapsed']), '`collapsed`: a run of blanks counts as one.'),
    }),
    z.strictObject({ kind: kind('contains', 'A text is in the stream.'), ...place, text: words }),
    z.strictObject({ kind: kind('absent', 'A text is not in the stream.'), ...place, text: words }),
    z.strictObject({ kind: kind('empty', 'The stream is empty.'), ...place }),
    z.strictObject({
      kind: kind('value', 'A value.'),
      value: z.field(name, 'A name of `values`.'),
      is: comparisonSchema,
    }),
    z.strictObject({
      kind: kind('same', 'Values are equal.'),
      values: z.field(z.array(name).check(z.minLength(2)), 'Names of `values`.'),
    }),
    z.strictObject({
      kind: kind('set', 'The lines of a stream, in any order, have all of these.'),
      ...place,
      includes: z.field(z.array(text).check(z.minLength(1)), 'Whole lines.'),
    }),
    z.strictObject({
      kind: kind('set-equals', 'The lines of a stream, in any order, are these and no others.'),
      ...place,
      members: z.field(z.array(text).check(z.minLength(1)), 'Whole lines.'),
    }),
    z.strictObject({
      kind: kind('time', 'Seconds from start to end of a step.'),
      step,
      is: comparisonSchema,
    }),
  ])
  .check(z.meta({ id: 'expectation', description: 'One comparison of output with what is documented.' }));
export type Expectation = z.infer<typeof expectationSchema>;
