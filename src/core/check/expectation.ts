/** The schema of an expectation: one comparison of output with what is documented. */
import * as z from 'zod/mini';
import { idSchema as name, streamSchema } from '../vocabulary.ts';

const scalar = z.union([z.string(), z.number()]);
const number = z.number();

/** One comparison. Exactly one of the words is written. */
const comparisonSchema = z.union(
  [
    z.strictObject({ eq: scalar }),
    z.strictObject({ ne: scalar }),
    z.strictObject({ lt: number }),
    z.strictObject({ le: number }),
    z.strictObject({ gt: number }),
    z.strictObject({ ge: number }),
    z.strictObject({ between: z.tuple([number, number]) }),
    z.strictObject({ about: number, within: number }),
    z.strictObject({ oneOf: z.array(scalar).check(z.minLength(1)) }),
    z.strictObject({ matches: z.string().check(z.minLength(1)) }),
  ],
  {
    error:
      'write exactly one comparison: eq, ne, lt, le, gt, ge, between: [a, b], about with within, oneOf: [...], or matches',
  },
);
export type Comparison = z.infer<typeof comparisonSchema>;

const often = z.optional(z.enum(['once', 'optional', 'any', 'some']));
/** One item of an expected sequence of lines. `rest` stands for any number of lines, or none. */
export const lineSchema = z.union(
  [
    z.strictObject({ literal: z.string(), times: often }),
    z.strictObject({ glob: z.string().check(z.minLength(1)), times: often }),
    z.strictObject({ regex: z.string().check(z.minLength(1)), times: often }),
    z.strictObject({ rest: z.literal(true) }),
  ],
  {
    error: 'write one of literal, glob, regex (each may have times: once, optional, any, some) or rest: true',
  },
);
export type LinePattern = z.infer<typeof lineSchema>;

const place = { step: name, stream: streamSchema };
const text = z
  .string()
  .check(z.minLength(1, 'an empty text is in everything: write the words that must be there'));

export const expectationSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('exit'), step: name, is: comparisonSchema }),
  /** The whole stream, line by line, from the first to the last. */
  z.strictObject({
    kind: z.literal('lines'),
    ...place,
    lines: z.array(lineSchema).check(z.minLength(1)),
    blanks: z.optional(z.enum(['kept', 'collapsed'])),
  }),
  z.strictObject({ kind: z.literal('contains'), ...place, text }),
  z.strictObject({ kind: z.literal('absent'), ...place, text }),
  z.strictObject({ kind: z.literal('empty'), ...place }),
  z.strictObject({ kind: z.literal('value'), value: name, is: comparisonSchema }),
  z.strictObject({ kind: z.literal('same'), values: z.array(name).check(z.minLength(2)) }),
  /** The lines of a stream as a set, whatever their order. */
  z.strictObject({ kind: z.literal('set'), ...place, includes: z.array(text).check(z.minLength(1)) }),
  z.strictObject({ kind: z.literal('set-equals'), ...place, members: z.array(text).check(z.minLength(1)) }),
  /** Seconds from start to end of a step. */
  z.strictObject({ kind: z.literal('time'), step: name, is: comparisonSchema }),
]);
export type Expectation = z.infer<typeof expectationSchema>;
