/** The schema of an expectation: one comparison of output with what is documented. */
import * as z from 'zod/mini';
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
      z.strictObject({ eq: scalar.check(z.describe('Equal to it.')) }),
      z.strictObject({ ne: scalar.check(z.describe('Not equal to it.')) }),
      z.strictObject({ lt: number.check(z.describe('Less than it.')) }),
      z.strictObject({ le: number.check(z.describe('At most it.')) }),
      z.strictObject({ gt: number.check(z.describe('More than it.')) }),
      z.strictObject({ ge: number.check(z.describe('At least it.')) }),
      z.strictObject({
        between: z.tuple([number, number]).check(z.describe('From the first to the second, both included.')),
      }),
      z.strictObject({
        about: number.check(z.describe('Near it: at most `within` away.')),
        within: z
          .union([number, percent])
          .check(z.describe('How far away it may be, or a percentage: `10 %`.')),
      }),
      z.strictObject({ oneOf: z.array(scalar).check(z.minLength(1), z.describe('Equal to one of them.')) }),
      z.strictObject({
        matches: z.string().check(z.minLength(1), z.describe('An RE2 expression matches all of it.')),
      }),
    ],
    {
      error:
        'write exactly one comparison: eq, ne, lt, le, gt, ge, between: [a, b], about with within, oneOf: [...], or matches',
    },
  )
  .check(z.meta({ id: 'comparison', description: 'Exactly one comparison.' }));
export type Comparison = z.infer<typeof comparisonSchema>;

const often = z
  .optional(z.enum(['once', 'optional', 'any', 'some']))
  .check(z.describe('How often in a row: once, at most once, any number of times, or at least once.'));
export const lineSchema = z
  .union(
    [
      z.strictObject({ literal: z.string().check(z.describe('The line, word for word.')), times: often }),
      z.strictObject({
        glob: z.string().check(z.minLength(1), z.describe('`*` is any run of characters, `?` is one.')),
        times: often,
      }),
      z.strictObject({
        regex: z.string().check(z.minLength(1), z.describe('An RE2 expression that matches the whole line.')),
        times: often,
      }),
      z.strictObject({ rest: z.literal(true).check(z.describe('Any number of lines, or none.')) }),
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
const words = text.check(z.describe('The words; they must not begin or end with a digit.'));

/** The kinds of an expectation, each with its meaning for an author. */
const kind = <Kind extends string>(of: Kind, meaning: string) => z.literal(of).check(z.describe(meaning));

export const expectationSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: kind('exit', 'The exit status of a step.'), step, is: comparisonSchema }),
    z.strictObject({
      kind: kind('lines', 'The whole stream, line by line, from the first to the last.'),
      ...place,
      lines: z.array(lineSchema).check(z.minLength(1), z.describe('The lines, in order.')),
      blanks: z
        .optional(z.enum(['kept', 'collapsed']))
        .check(z.describe('`collapsed`: a run of blanks counts as one.')),
    }),
    z.strictObject({ kind: kind('contains', 'A text is in the stream.'), ...place, text: words }),
    z.strictObject({ kind: kind('absent', 'A text is not in the stream.'), ...place, text: words }),
    z.strictObject({ kind: kind('empty', 'The stream is empty.'), ...place }),
    z.strictObject({
      kind: kind('value', 'A value.'),
      value: name.check(z.describe('A name of `values`.')),
      is: comparisonSchema,
    }),
    z.strictObject({
      kind: kind('same', 'Values are equal.'),
      values: z.array(name).check(z.minLength(2), z.describe('Names of `values`.')),
    }),
    z.strictObject({
      kind: kind('set', 'The lines of a stream, in any order, have all of these.'),
      ...place,
      includes: z.array(text).check(z.minLength(1), z.describe('Whole lines.')),
    }),
    z.strictObject({
      kind: kind('set-equals', 'The lines of a stream, in any order, are these and no others.'),
      ...place,
      members: z.array(text).check(z.minLength(1), z.describe('Whole lines.')),
    }),
    z.strictObject({
      kind: kind('time', 'Seconds from start to end of a step.'),
      step,
      is: comparisonSchema,
    }),
  ])
  .check(z.meta({ id: 'expectation', description: 'One comparison of output with what is documented.' }));
export type Expectation = z.infer<typeof expectationSchema>;
