/** The schema of a check: one claim, the steps that test it, and how their output is compared. */
import * as z from 'zod/mini';
import { expectationSchema } from './expectation.ts';
import {
  idSchema as id,
  limitationSchema,
  serviceSchema,
  streamSchema,
  verdictSchema,
} from '../vocabulary.ts';

const sentence = z.string().check(z.minLength(8, 'write at least a short sentence'));
const shellLine = z
  .string()
  .check(
    z.minLength(1),
    z.maxLength(4000),
    z.regex(/^[^\r\n\0]*$/, 'write the command on one line; in YAML, `>-` folds several lines into one'),
  );
const pattern = z.string().check(z.minLength(1));

/** The limits of a step on the machine: seconds, and bytes per stream. */
const limits = z.strictObject({
  seconds: z.number().check(z.gte(1), z.lte(120)),
  bytes: z.int().check(z.gte(1024), z.lte(64 * 1024 * 1024)),
});

/** What a service asks for, such as a name and a password. The lab gets the documented ones, real machines those of their operator. */
const credentialsSchema = z.strictObject({
  /** The service, for example `backend`: the operator's credentials have this name. */
  of: id,
  documented: z.record(id, z.string().check(z.minLength(1), z.regex(/^[^\r\n\0]*$/))),
  /** The fields whose value is masked in output when it is an operator's. */
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
  /** Why the step is there, where the writeup has no such command or it needs a remark. */
  why: z.optional(sentence),
  /** This step is about the proxy variables of the machine, which all others must ignore. */
  proxy: z.optional(z.literal('as-set-on-the-machine')),
  /** One line for standard input. `{name}`: a value that an earlier step extracted, or a field of `credentials`; `{name:json}`: the same as JSON text. */
  input: z.optional(shellLine),
  credentials: z.optional(credentialsSchema),
  /** Why values are read from sentences of the tool, which a later release words otherwise: it says the fact in no other way. */
  wording: z.optional(sentence),
  /** Commands that must exist on the machine; a missing one is `missing-command`, never a result. */
  needs: z.array(z.string().check(z.regex(/^[a-z0-9._+-]+$/))).check(z.minLength(1)),
  limits,
};

const foregroundStep = z.strictObject({
  runs: z.literal('foreground'),
  ...stepBase,
  /** JSON paths into stdout: secret values for later steps. The output is withheld until they are known and can be masked. */
  extracts: z.optional(z.record(id, z.string())),
});

/** A step that runs beside the steps after it and is stopped after the last of them: a capture. */
const backgroundStep = z.strictObject({
  runs: z.literal('background'),
  ...stepBase,
  ready: awaitLine,
  until: z.optional(awaitLine),
  stop: z.optional(shellLine),
});

export const stepSchema = z.discriminatedUnion('runs', [foregroundStep, backgroundStep]);
export type Step = z.infer<typeof stepSchema>;

const valueBase = { step: id, stream: streamSchema };
const valueType = z.enum(['text', 'int', 'float']);
/** A named value read from output. If missing or of the wrong type, it is the problem `unparsable`, never 0. */
const valueSchema = z.discriminatedUnion('from', [
  z.strictObject({ from: z.literal('json'), ...valueBase, path: z.string(), as: valueType }),
  /** The groups of the first line that the expression matches whole, joined by one blank. */
  z.strictObject({ from: z.literal('regex'), ...valueBase, regex: pattern, as: valueType }),
  /** How many lines the expression matches whole. */
  z.strictObject({ from: z.literal('count'), ...valueBase, regex: pattern }),
  z.strictObject({ from: z.literal('exit'), step: id }),
]);
export type ValueSource = z.infer<typeof valueSchema>;

const outcomeText = {
  /** Plain text beside the documented value; `{name}` stands for a value. */
  observed: z.string(),
  means: sentence,
};

const sampleSchema = z.strictObject({
  name: z.string(),
  verdict: verdictSchema,
  observed: z.optional(z.string()),
  /** The tool that printed it, with its version. */
  release: z.optional(z.string()),
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

/** What people paste instead of the documented command, and what it proves. */
const pastedSchema = z.union([
  /** Another command that counts as this step. */
  z.strictObject({ step: id, command: shellLine, why: sentence }),
  /** What a line of its output means: the exit status, the stream, and the line that the documented command would have printed (groups as `$1`). */
  z.strictObject({
    step: id,
    line: pattern,
    exit: z.optional(z.string()),
    /** It proves the exit status, and more lines may follow. */
    goesOn: z.optional(z.literal(true)),
    stream: z.optional(z.enum(['stdout', 'stderr', 'none'])),
    stdout: z.optional(z.string()),
    stderr: z.optional(z.string()),
    why: sentence,
  }),
]);

/** A paste, and the row that it must come to. */
const pasteSchema = z.strictObject({
  name: z.string(),
  text: z.string().check(z.maxLength(20_000)),
  verdict: verdictSchema,
  observed: z.optional(z.string()),
  /** Words of each thing that is asked for, in order. */
  asks: z.optional(z.array(z.string())),
});

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
  /** How many seconds a result stays fresh: until then the page offers it, with its age, instead of a new run. */
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
      /** Its name in pictures. No judgement and no hash depends on it. */
      id: z.optional(id),
      when: z.array(expectationSchema).check(z.minLength(1)),
      ...outcomeText,
      /** For the causes it is the same as the outcome of this id: no cause makes the difference. */
      forCauses: z.optional(id),
      limitation: z.optional(limitationSchema),
      service: z.optional(serviceSchema),
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
  pasted: z.optional(z.array(pastedSchema)),
  pastes: z.optional(z.array(pasteSchema)),
});
export type Check = z.infer<typeof checkSchema>;
