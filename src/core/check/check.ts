/** The schema of a check: one claim, the steps that test it, and how what came back is compared. Reading files is left to the server. */
import * as z from 'zod/mini';
import { expectationSchema } from './expectation.ts';
import { idSchema as id, limitationSchema, streamSchema, verdictSchema } from '../vocabulary.ts';

const sentence = z.string().check(z.minLength(8, 'write at least a short sentence'));
const shellLine = z
  .string()
  .check(
    z.minLength(1),
    z.maxLength(4000),
    z.regex(/^[^\r\n\0]*$/, 'write the command on one line; in YAML, `>-` folds several lines into one'),
  );
const pattern = z.string().check(z.minLength(1));

/** How long and how much a step may take on the machine: seconds, and bytes per stream. */
const limits = z.strictObject({
  seconds: z.number().check(z.gte(1), z.lte(120)),
  bytes: z.int().check(z.gte(1024), z.lte(64 * 1024 * 1024)),
});

/** A name and a password, or whatever a service asks for. In the lab they are the documented ones; real machines get what their operator names. */
const credentialsSchema = z.strictObject({
  /** What the operator's own are called: the service, for example `backend`. */
  of: id,
  documented: z.record(id, z.string().check(z.minLength(1), z.regex(/^[^\r\n\0]*$/))),
  /** The fields whose value, once it is an operator's, is hidden wherever it comes back. */
  secret: z.array(id).check(z.minLength(1)),
});
export type StepCredentials = z.infer<typeof credentialsSchema>;

/** Waits for a line on a stream of a background step, at most `seconds`. */
const awaitLine = z.strictObject({
  stream: streamSchema,
  regex: pattern,
  seconds: z.number().check(z.gt(0), z.lte(30)),
});

const stepBase = {
  id,
  /** A role of the writeup, never an address. */
  role: id,
  command: shellLine,
  /** The command as the writeup has it, when `command` had to add something to make it decidable. */
  documented: z.optional(z.string()),
  /** What was added, in the words of the command, and why; `replaces` has the words of `documented` that it stands for. */
  additions: z.optional(
    z.array(z.strictObject({ text: z.string(), replaces: z.optional(z.string()), why: sentence })),
  ),
  /** What the step is there for, where the writeup has no such command or something about it has to be said. */
  why: z.optional(sentence),
  /** Says that this step is about the proxy variables of the machine, which every other step keeps out. */
  proxy: z.optional(z.literal('as-set-on-the-machine')),
  /** One line for standard input; `{name}` stands for a value that an earlier step kept or a field of `credentials`, `{name:json}` for the same as a JSON text. */
  input: z.optional(shellLine),
  credentials: z.optional(credentialsSchema),
  /** Commands that must exist on the machine; a missing one is `missing-command`, never a result. */
  needs: z.array(z.string().check(z.regex(/^[a-z0-9._+-]+$/))).check(z.minLength(1)),
  limits,
};

const onceStep = z.strictObject({
  runs: z.literal('foreground'),
  ...stepBase,
  /** JSON paths into stdout whose values later steps use and no one ever sees: the step's output is sealed until they are known. */
  extracts: z.optional(z.record(id, z.string())),
});

/** A step that goes on while the steps after it run, and is stopped after the last of them: a capture. */
const meanwhileStep = z.strictObject({
  runs: z.literal('background'),
  ...stepBase,
  ready: awaitLine,
  until: z.optional(awaitLine),
  stop: z.optional(shellLine),
});

export const stepSchema = z.discriminatedUnion('runs', [onceStep, meanwhileStep]);
export type Step = z.infer<typeof stepSchema>;

const valueBase = { step: id, stream: streamSchema };
const valueType = z.enum(['text', 'int', 'float']);
/** A named value read from what came back. Not found or not of its type is the problem `unparsable`, never 0. */
export const valueSchema = z.discriminatedUnion('from', [
  z.strictObject({ from: z.literal('json'), ...valueBase, path: z.string(), as: valueType }),
  /** The groups of the first line that the expression matches whole, joined by one blank. */
  z.strictObject({ from: z.literal('regex'), ...valueBase, regex: pattern, as: valueType }),
  /** How many lines the expression matches whole. */
  z.strictObject({ from: z.literal('count'), ...valueBase, regex: pattern }),
  z.strictObject({ from: z.literal('exit'), step: id }),
]);
export type ValueSource = z.infer<typeof valueSchema>;

const outcomeText = {
  /** Plain text set beside the documented value; `{name}` stands for a value. */ observed: z.string(),
  means: sentence,
};

export const sampleSchema = z.strictObject({
  name: z.string(),
  verdict: verdictSchema,
  observed: z.optional(z.string()),
  /** Start from the steps of this other sample; the fields named here replace its own. */
  like: z.optional(z.string()),
  steps: z.record(
    id,
    z.strictObject({
      exit: z.optional(z.int()),
      stdout: z.optional(z.string()),
      stderr: z.optional(z.string()),
      seconds: z.optional(z.number()),
      how: z.optional(z.enum(['complete', 'truncated', 'overtime', 'cancelled', 'lost'])),
    }),
  ),
});
export type Sample = z.infer<typeof sampleSchema>;

export const checkSchema = z.strictObject({
  id,
  title: z.string().check(z.minLength(3)),
  /** One sentence that is true or false. */
  claim: sentence,
  documented: z.strictObject({
    /** The writeup's table cells, word for word; backticks and `**` are Markdown. */
    check: z.string(),
    result: z.string(),
    /** The result as plain text, compared word for word with an outcome's `observed`. */
    value: z.string(),
  }),
  /** How many seconds a result stays fresh: until then it is offered with its age, beside taking it again. */
  freshSeconds: z.optional(z.int().check(z.gte(1), z.lte(86_400))),
  /** What a run does to the machine: only reads, sends requests, or captures packets (which needs root). */
  effect: z.enum(['read', 'send', 'capture']),
  steps: z.array(stepSchema).check(z.minLength(1)),
  values: z.optional(z.record(id, valueSchema)),
  /** Proof that the check could have failed; one that does not hold makes the row inconclusive. */
  controls: z.optional(z.array(z.strictObject({ holds: expectationSchema, missing: sentence }))),
  expect: z.array(expectationSchema).check(z.minLength(1)),
  /** The first whose expectations all hold explains the row. */
  outcomes: z.array(
    z.strictObject({
      /** What pictures call it. A name and nothing else: no judgement depends on it, and neither does the hash of the check. */
      id: z.optional(id),
      when: z.array(expectationSchema).check(z.minLength(1)),
      ...outcomeText,
      limitation: z.optional(limitationSchema),
    }),
  ),
  otherwise: z.strictObject({
    agrees: z.strictObject(outcomeText),
    differs: z.strictObject(outcomeText),
    inconclusive: z.strictObject({ means: sentence }),
  }),
  samples: z
    .array(sampleSchema)
    .check(z.minLength(3, 'give at least one sample that agrees and two that must not')),
});
export type Check = z.infer<typeof checkSchema>;
