/** The schema of a step: one command of a check, on one machine, with its limits and what it needs. */
import * as z from '../text/schema.ts';
import { insideSchema } from './wrapper.ts';
import { pattern, sentence, shellLine } from './sample.ts';
import { idSchema as id, streamSchema } from '../vocabulary.ts';

const limits = z.field(
  z.strictObject({
    seconds: z.field(z.number().check(z.gte(1), z.lte(120)), 'When the step is stopped.'),
    bytes: z.field(
      z.int().check(z.gte(1024), z.lte(64 * 1024 * 1024)),
      'At most so much of each stream is read.',
    ),
  }),
  'The limits of the step on the machine.',
);

const credentialsSchema = z.strictObject({
  of: z.field(id, "The service, for example `backend`: the operator's credentials have this name."),
  documented: z.field(
    z.record(id, z.string().check(z.minLength(1), z.regex(/^[^\r\n\0]*$/))),
    'What the writeup says to use. The lab gets these; real machines never do.',
  ),
  secret: z.field(
    z.array(id).check(z.minLength(1)),
    "The fields whose value is masked in output when it is an operator's.",
  ),
});
export type StepCredentials = z.infer<typeof credentialsSchema>;

const awaitLine = z.strictObject({
  stream: z.field(streamSchema, 'Where the line comes.'),
  regex: z.field(pattern, 'It matches the whole line.'),
  seconds: z.field(z.number().check(z.gt(0), z.lte(30)), 'How long to wait for it.'),
});

const additionSchema = z.strictObject({
  text: z.field(z.string(), 'Whole words, as in `command`.'),
  replaces: z.optionalField(z.string(), 'The words of `documented` that it stands for.'),
  why: z.field(sentence, 'Why it is needed.'),
});

const stepBase = {
  id: z.field(id, 'The name of the step, for values, expectations and samples.'),
  role: z.field(id, 'A role of the writeup, never an address.'),
  command: z.field(
    shellLine,
    'A line for `sh -c`, without a terminal, as the login user, with `LC_ALL=C TZ=UTC NO_COLOR=1 COLUMNS=200`.',
  ),
  shell: z.optionalField(
    z.literal('sh', {
      error: ({ input }) =>
        input === 'powershell'
          ? 'powershell is not supported yet: the program that Vantage runs on a machine is for POSIX systems, so a Windows machine cannot be asked; ask it from Linux, for example by curl from another role'
          : 'write sh, or leave it out: no other shell is supported',
    }),
    'What reads the command: the POSIX shell of the machine.',
  ),
  inside: z.optionalField(
    insideSchema,
    'The container or pod that the command runs in, by the wrapper that it is written with.',
  ),
  documented: z.optionalField(
    z.string(),
    'The command as the writeup has it, when `command` had to add something to make it decidable.',
  ),
  additions: z.optionalField(
    z.array(additionSchema),
    'What was added. Without it, `command` equals `documented` word for word.',
  ),
  why: z.optionalField(
    sentence,
    'Why the step is there, where the writeup has no such command or it needs a remark.',
  ),
  proxy: z.optionalField(
    z.literal('as-set-on-the-machine'),
    'This step is about the proxy variables of the machine, which all others must ignore.',
  ),
  input: z.optionalField(
    shellLine,
    'One line for standard input. `{name}`: a value that an earlier step extracted, or a field of `credentials`; `{name:json}`: the same as JSON text.',
  ),
  credentials: z.optionalField(
    credentialsSchema,
    'What a service asks for, such as a name and a password. The lab gets the documented ones, real machines those of their operator.',
  ),
  wording: z.optionalField(
    sentence,
    'Why values are read from sentences of the tool, which a later release words otherwise: it says the fact in no other way.',
  ),
  needs: z.field(
    z.array(z.string().check(z.regex(/^[a-z0-9._+-]+$/))).check(z.minLength(1)),
    'Commands that must exist on the machine; a missing one is never a result.',
  ),
  limits,
};
const runsAs = z.describe(
  '`foreground`: the next step waits for its end. `background`: runs beside the steps after it and is stopped after the last of them, as a capture is.',
);

const repeatSchema = z.strictObject({
  holds: z.field(
    z.enum(['eventually', 'consistently']),
    'Until what `expect` says of the step holds, or as long as it holds.',
  ),
  seconds: z.field(
    z.number().check(z.gte(1), z.lte(120)),
    'From the beginning of the first attempt to that of the last.',
  ),
  every: z.field(
    z.number().check(z.gte(0.2), z.lte(60)),
    'Seconds between the end of an attempt and the next.',
  ),
});
export type Repeat = z.infer<typeof repeatSchema>;

const foregroundStep = z.strictObject({
  runs: z.literal('foreground').check(runsAs),
  ...stepBase,
  repeat: z.optionalField(
    repeatSchema,
    'Runs the command again. Each attempt has the limits of the step; the bytes are those of all.',
  ),
  extracts: z.optionalField(
    z.record(id, z.string()),
    'JSON paths into stdout: secret values for the `input` of later steps. The output is withheld until they are known and can be masked.',
  ),
});

const backgroundStep = z.strictObject({
  runs: z.literal('background').check(runsAs),
  ...stepBase,
  ready: z.field(awaitLine, 'The line that shows that it listens: the next step starts then.'),
  until: z.optionalField(awaitLine, 'The last line to wait for before it is stopped.'),
  stop: z.optionalField(shellLine, 'The command that ends it.'),
});

export const stepSchema = z.discriminatedUnion('runs', [foregroundStep, backgroundStep]);
export type Step = z.infer<typeof stepSchema>;
