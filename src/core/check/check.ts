/** The schema of a check: one claim, the steps that test it, and how their output is compared. */
import * as z from '../text/schema.ts';
import { expectationSchema } from './expectation.ts';
import { units } from './quantity.ts';
import { parametersSchema, type Variant } from './parameters.ts';
import { pastedSchema, pasteSchema, pattern, sampleSchema, sentence, step, stream } from './sample.ts';
import { stepSchema } from './step.ts';
import { idSchema as id, limitationSchema, serviceSchema } from '../vocabulary.ts';

const valueBase = { step, stream };
const valueType = {
  as: z.field(
    z.enum(['text', 'int', 'float', 'duration', 'size']),
    'What it must be; anything else is no value. A duration or size is compared in any unit.',
  ),
  unit: z.optionalField(z.enum(units), 'Of a duration or size that is printed without one.'),
};
const from = z.describe(
  '`json`: what stands at `path`. `regex`: the groups of the first line that the expression matches whole, joined by one blank. `count`: how many lines it matches whole. `exit`: the exit status.',
);
const valuePattern = z.field(pattern, 'An RE2 expression for one whole line.');
const valueSchema = z.discriminatedUnion('from', [
  z.strictObject({
    from: z.literal('json').check(from),
    ...valueBase,
    path: z.field(z.string(), 'As in `a.b[0].c`.'),
    ...valueType,
  }),
  z.strictObject({ from: z.literal('regex').check(from), ...valueBase, regex: valuePattern, ...valueType }),
  z.strictObject({ from: z.literal('count').check(from), ...valueBase, regex: valuePattern }),
  z.strictObject({ from: z.literal('exit').check(from), step }),
]);
export type ValueSource = z.infer<typeof valueSchema>;

const outcomeText = {
  observed: z.field(z.string(), 'Plain text beside the documented value; `{name}` stands for a value.'),
  means: z.field(sentence, 'For a reader who must decide what to do next.'),
};

const controlSchema = z.strictObject({
  holds: expectationSchema,
  missing: z.field(sentence, 'The reason that readers see when it does not.'),
});

const outcomeSchema = z.strictObject({
  id: z.optionalField(id, 'Its name in pictures and `forCauses`. No judgement and no hash depends on it.'),
  when: z.field(z.array(expectationSchema).check(z.minLength(1)), 'All of these hold.'),
  ...outcomeText,
  forCauses: z.optionalField(
    id,
    'For the causes it is the same as the outcome of this id: no cause makes the difference.',
  ),
  limitation: z.optionalField(
    limitationSchema,
    'Whether this shows that the limitation is still there, whatever the verdict.',
  ),
  service: z.optionalField(
    serviceSchema,
    'Whether this shows that the service itself works, whatever the limitation.',
  ),
});

export type { Repeat, Step, StepCredentials } from './step.ts';
export type { Sample } from './sample.ts';

export const checkSchema = z.strictObject({
  id: z.field(id, 'As its file is called: `disk-space` in `disk-space.yaml`.'),
  title: z.field(z.string().check(z.minLength(3)), 'The name of its row.'),
  claim: z.field(sentence, 'One sentence that is true or false.'),
  parameters: z.optional(parametersSchema),
  documented: z.field(
    z.strictObject({
      check: z.field(z.string(), "The writeup's table cell, word for word; backticks and `**` are Markdown."),
      result: z.field(z.string(), 'The cell beside it, likewise.'),
      value: z.field(
        z.string(),
        "The result as plain text, compared word for word with an outcome's `observed`.",
      ),
    }),
    'What the writeup says.',
  ),
  freshSeconds: z.optionalField(
    z.int().check(z.gte(1), z.lte(86_400)),
    'How long a result stays fresh: until then the page offers it, with its age, instead of a new run.',
  ),
  effect: z.field(
    z.enum(['read', 'send', 'capture']),
    'What a run does to the machine: only reads, sends requests, or captures packets (which needs root).',
  ),
  every: z.optionalField(
    z.string('expected one role, as in `every: web`: a check takes every machine of one role only'),
    'A role of its steps that several machines may play: the check runs once for each of them, and its row has a line for each. Samples are of one machine.',
  ),
  steps: z.field(z.array(stepSchema).check(z.minLength(1)), 'Its commands, in order.'),
  values: z.optionalField(
    z.record(id, valueSchema),
    'Values read from output, by name. One that is missing or of the wrong type makes the row inconclusive: it is never 0.',
  ),
  controls: z.optionalField(
    z.array(controlSchema),
    'Proof that the check could have failed; one that does not hold makes the row inconclusive.',
  ),
  expect: z.field(
    z.array(expectationSchema).check(z.minLength(1)),
    'If all of these hold, the row agrees; if one plainly does not, it differs.',
  ),
  outcomes: z.field(
    z.array(outcomeSchema),
    'What came back, in words: the first whose `when` holds explains the row.',
  ),
  otherwise: z.field(
    z.strictObject({
      agrees: z.field(z.strictObject(outcomeText), 'It agrees.'),
      differs: z.field(z.strictObject(outcomeText), 'It differs.'),
      inconclusive: z.field(z.strictObject({ means: outcomeText.means }), 'It could not be judged.'),
    }),
    'The words when no outcome explains the row.',
  ),
  samples: z.field(
    z.array(sampleSchema).check(z.minLength(3, 'give at least one sample that agrees and two that must not')),
    'Possible output, each with the verdict that it must get: they prove that the check can fail.',
  ),
  pasted: z.optionalField(
    z.array(pastedSchema),
    'What people paste instead of the documented command, and what it proves.',
  ),
  pastes: z.optionalField(z.array(pasteSchema), 'Pastes, each with the row that it must come to.'),
});
/** `variant`: of a file with parameters, which combination this check is. */
export type Check = z.infer<typeof checkSchema> & { readonly variant?: Variant };
