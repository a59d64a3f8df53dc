/** The schema of a check: one claim, the steps that test it, and how their output is compared. */
import * as z from 'zod/mini';
import { expectationSchema } from './expectation.ts';
import { units } from './quantity.ts';
import { parametersSchema, type Variant } from './parameters.ts';
import { pastedSchema, pasteSchema, pattern, sampleSchema, sentence, step, stream } from './sample.ts';
import { stepSchema } from './step.ts';
import { idSchema as id, limitationSchema, serviceSchema } from '../vocabulary.ts';

const valueBase = { step, stream };
const valueType = {
  as: z
    .enum(['text', 'int', 'float', 'duration', 'size'])
    .check(
      z.describe('What it must be; anything else is no value. A duration or size is compared in any unit.'),
    ),
  unit: z.optional(z.enum(units)).check(z.describe('Of a duration or size that is printed without one.')),
};
const from = z.describe(
  '`json`: what stands at `path`. `regex`: the groups of the first line that the expression matches whole, joined by one blank. `count`: how many lines it matches whole. `exit`: the exit status.',
);
const valuePattern = pattern.check(z.describe('An RE2 expression for one whole line.'));
const valueSchema = z.discriminatedUnion('from', [
  z.strictObject({
    from: z.literal('json').check(from),
    ...valueBase,
    path: z.string().check(z.describe('As in `a.b[0].c`.')),
    ...valueType,
  }),
  z.strictObject({ from: z.literal('regex').check(from), ...valueBase, regex: valuePattern, ...valueType }),
  z.strictObject({ from: z.literal('count').check(from), ...valueBase, regex: valuePattern }),
  z.strictObject({ from: z.literal('exit').check(from), step }),
]);
export type ValueSource = z.infer<typeof valueSchema>;

const outcomeText = {
  observed: z
    .string()
    .check(z.describe('Plain text beside the documented value; `{name}` stands for a value.')),
  means: sentence.check(z.describe('For a reader who must decide what to do next.')),
};

const controlSchema = z.strictObject({
  holds: expectationSchema,
  missing: sentence.check(z.describe('The reason that readers see when it does not.')),
});

const outcomeSchema = z.strictObject({
  id: z
    .optional(id)
    .check(z.describe('Its name in pictures and `forCauses`. No judgement and no hash depends on it.')),
  when: z.array(expectationSchema).check(z.minLength(1), z.describe('All of these hold.')),
  ...outcomeText,
  forCauses: z
    .optional(id)
    .check(
      z.describe('For the causes it is the same as the outcome of this id: no cause makes the difference.'),
    ),
  limitation: z
    .optional(limitationSchema)
    .check(z.describe('Whether this shows that the limitation is still there, whatever the verdict.')),
  service: z
    .optional(serviceSchema)
    .check(z.describe('Whether this shows that the service itself works, whatever the limitation.')),
});

export type { Repeat, Step, StepCredentials } from './step.ts';
export type { Sample } from './sample.ts';

export const checkSchema = z.strictObject({
  id: id.check(z.describe('As its file is called: `disk-space` in `disk-space.yaml`.')),
  title: z.string().check(z.minLength(3), z.describe('The name of its row.')),
  claim: sentence.check(z.describe('One sentence that is true or false.')),
  parameters: z.optional(parametersSchema),
  documented: z
    .strictObject({
      check: z
        .string()
        .check(z.describe("The writeup's table cell, word for word; backticks and `**` are Markdown.")),
      result: z.string().check(z.describe('The cell beside it, likewise.')),
      value: z
        .string()
        .check(z.describe("The result as plain text, compared word for word with an outcome's `observed`.")),
    })
    .check(z.describe('What the writeup says.')),
  freshSeconds: z
    .optional(z.int().check(z.gte(1), z.lte(86_400)))
    .check(
      z.describe(
        'How long a result stays fresh: until then the page offers it, with its age, instead of a new run.',
      ),
    ),
  effect: z
    .enum(['read', 'send', 'capture'])
    .check(
      z.describe(
        'What a run does to the machine: only reads, sends requests, or captures packets (which needs root).',
      ),
    ),
  every: z
    .optional(z.string('expected one role, as in `every: web`: a check takes every machine of one role only'))
    .check(
      z.describe(
        'A role of its steps that several machines may play: the check runs once for each of them, and its row has a line for each. Samples are of one machine.',
      ),
    ),
  steps: z.array(stepSchema).check(z.minLength(1), z.describe('Its commands, in order.')),
  values: z
    .optional(z.record(id, valueSchema))
    .check(
      z.describe(
        'Values read from output, by name. One that is missing or of the wrong type makes the row inconclusive: it is never 0.',
      ),
    ),
  controls: z
    .optional(z.array(controlSchema))
    .check(
      z.describe(
        'Proof that the check could have failed; one that does not hold makes the row inconclusive.',
      ),
    ),
  expect: z
    .array(expectationSchema)
    .check(
      z.minLength(1),
      z.describe('If all of these hold, the row agrees; if one plainly does not, it differs.'),
    ),
  outcomes: z
    .array(outcomeSchema)
    .check(z.describe('What came back, in words: the first whose `when` holds explains the row.')),
  otherwise: z
    .strictObject({
      agrees: z.strictObject(outcomeText).check(z.describe('It agrees.')),
      differs: z.strictObject(outcomeText).check(z.describe('It differs.')),
      inconclusive: z.strictObject({ means: outcomeText.means }).check(z.describe('It could not be judged.')),
    })
    .check(z.describe('The words when no outcome explains the row.')),
  samples: z
    .array(sampleSchema)
    .check(
      z.minLength(3, 'give at least one sample that agrees and two that must not'),
      z.describe(
        'Possible output, each with the verdict that it must get: they prove that the check can fail.',
      ),
    ),
  pasted: z
    .optional(z.array(pastedSchema))
    .check(z.describe('What people paste instead of the documented command, and what it proves.')),
  pastes: z
    .optional(z.array(pasteSchema))
    .check(z.describe('Pastes, each with the row that it must come to.')),
});
/** `variant`: of a file with parameters, which combination this check is. */
export type Check = z.infer<typeof checkSchema> & { readonly variant?: Variant };
