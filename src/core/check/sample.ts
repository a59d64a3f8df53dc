/** The schemas of a check's samples, of what people paste instead, and of the texts that both and the check are made of. */
import * as z from 'zod/mini';
import { withSchema } from './parameters.ts';
import { idSchema as id, streamSchema, verdictSchema } from '../vocabulary.ts';

export const sentence = z.string().check(z.minLength(8, 'write at least a short sentence'));
export const shellLine = z
  .string()
  .check(
    z.minLength(1),
    z.maxLength(4000),
    z.regex(/^[^\r\n\0]*$/, 'write the command on one line; in YAML, `>-` folds several lines into one'),
  );
export const pattern = z.string().check(z.minLength(1));
export const step = id.check(z.describe('The id of a step.'));
export const stream = streamSchema.check(z.describe('Which output of the step.'));

const sampleOutput = {
  exit: z.optional(z.int()).check(z.describe('The exit status.')),
  stdout: z.optional(z.string()).check(z.describe("All of it; an empty stream is `''`.")),
  stderr: z.optional(z.string()).check(z.describe('All of it.')),
  seconds: z.optional(z.number()).check(z.describe('How long the step took.')),
  how: z
    .optional(z.enum(['complete', 'truncated', 'overtime', 'cancelled', 'lost']))
    .check(z.describe('How the step ended.')),
};

export const sampleSchema = z.strictObject({
  name: z.string().check(z.describe('What it is a sample of.')),
  with: withSchema,
  verdict: verdictSchema.check(z.describe('The verdict that it must get.')),
  observed: z.optional(z.string()).check(z.describe('The `observed` that it must come to, with its values.')),
  release: z
    .optional(z.string())
    .check(z.describe('The tool that printed it, with its version: `curl 8.23.0`.')),
  like: z
    .optional(z.string())
    .check(z.describe('Start from the steps of this other sample; the fields named here replace its own.')),
  steps: z
    .record(
      id,
      z.strictObject({
        ...sampleOutput,
        attempts: z
          .optional(z.array(z.strictObject(sampleOutput)).check(z.minLength(1)))
          .check(
            z.describe(
              'All attempts of a step with `repeat`, to the last that its time allows; each replaces fields of the step.',
            ),
          ),
      }),
    )
    .check(z.describe('What came back, by the id of the step.')),
});
export type Sample = z.infer<typeof sampleSchema>;

const pastedWhy = sentence.check(z.describe('Why it proves that.'));
const instead = z.describe(
  'The line that the documented command would have printed there; groups are `$1` and so on.',
);
export const pastedSchema = z.union([
  z.strictObject({
    step,
    command: shellLine.check(z.describe('Another command that counts as this step.')),
    why: pastedWhy,
  }),
  z.strictObject({
    step,
    line: pattern.check(
      z.describe('A line of its output, matched whole: the other fields say what it means.'),
    ),
    exit: z.optional(z.string()).check(z.describe('The exit status that it shows.')),
    goesOn: z
      .optional(z.literal(true))
      .check(z.describe('It proves the exit status, and more lines may follow.')),
    stream: z.optional(z.enum(['stdout', 'stderr', 'none'])).check(z.describe('The stream that it is of.')),
    stdout: z.optional(z.string()).check(instead),
    stderr: z.optional(z.string()).check(instead),
    why: pastedWhy,
  }),
]);

export const pasteSchema = z.strictObject({
  name: z.string().check(z.describe('What it is a paste of.')),
  with: withSchema,
  text: z.string().check(z.maxLength(20_000), z.describe('As a reader would paste it.')),
  verdict: verdictSchema.check(z.describe('The verdict that it must get.')),
  observed: z.optional(z.string()).check(z.describe('What its row must say.')),
  asks: z.optional(z.array(z.string())).check(z.describe('Words of each thing that is asked for, in order.')),
});
