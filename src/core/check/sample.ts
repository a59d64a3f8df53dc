/** The schemas of a check's samples, of what people paste instead, and of the texts that both and the check are made of. */
import * as z from '../text/schema.ts';
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
export const step = z.field(id, 'The id of a step.');
export const stream = z.field(streamSchema, 'Which output of the step.');

const sampleOutput = {
  exit: z.optionalField(z.int(), 'The exit status.'),
  stdout: z.optionalField(z.string(), "All of it; an empty stream is `''`."),
  stderr: z.optionalField(z.string(), 'All of it.'),
  seconds: z.optionalField(z.number(), 'How long the step took.'),
  how: z.optionalField(
    z.enum(['complete', 'truncated', 'overtime', 'cancelled', 'lost']),
    'How the step ended.',
  ),
};

export const sampleSchema = z.strictObject({
  name: z.field(z.string(), 'What it is a sample of.'),
  with: withSchema,
  verdict: z.field(verdictSchema, 'The verdict that it must get.'),
  observed: z.optionalField(z.string(), 'The `observed` that it must come to, with its values.'),
  release: z.optionalField(z.string(), 'The tool that printed it, with its version: `curl 8.23.0`.'),
  like: z.optionalField(
    z.string(),
    'Start from the steps of this other sample; the fields named here replace its own.',
  ),
  steps: z.field(
    z.record(
      id,
      z.strictObject({
        ...sampleOutput,
        attempts: z.optionalField(
          z.array(z.strictObject(sampleOutput)).check(z.minLength(1)),
          'All attempts of a step with `repeat`, to the last that its time allows; each replaces fields of the step.',
        ),
      }),
    ),
    'What came back, by the id of the step.',
  ),
});
export type Sample = z.infer<typeof sampleSchema>;

const pastedWhy = z.field(sentence, 'Why it proves that.');
const instead = z.describe(
  'The line that the documented command would have printed there; groups are `$1` and so on.',
);
export const pastedSchema = z.union([
  z.strictObject({
    step,
    command: z.field(shellLine, 'Another command that counts as this step.'),
    why: pastedWhy,
  }),
  z.strictObject({
    step,
    line: z.field(pattern, 'A line of its output, matched whole: the other fields say what it means.'),
    exit: z.optionalField(z.string(), 'The exit status that it shows.'),
    goesOn: z.optionalField(z.literal(true), 'It proves the exit status, and more lines may follow.'),
    stream: z.optionalField(z.enum(['stdout', 'stderr', 'none']), 'The stream that it is of.'),
    stdout: z.optional(z.string()).check(instead),
    stderr: z.optional(z.string()).check(instead),
    why: pastedWhy,
  }),
]);

export const pasteSchema = z.strictObject({
  name: z.field(z.string(), 'What it is a paste of.'),
  with: withSchema,
  text: z.field(z.string().check(z.maxLength(20_000)), 'As a reader would paste it.'),
  verdict: z.field(verdictSchema, 'The verdict that it must get.'),
  observed: z.optionalField(z.string(), 'What its row must say.'),
  asks: z.optionalField(z.array(z.string()), 'Words of each thing that is asked for, in order.'),
});
