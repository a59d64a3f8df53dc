/** The conditions of a lab, as its writeup describes them in `lab/conditions.yaml`: what they are for a reader, and what they do. */
import * as z from 'zod/mini';
import { blocks, listen, name, nameOf, paragraph, text } from './words.ts';

const undoable = {
  apply: blocks('From the base into the condition.'),
  undo: blocks('And back, from wherever `apply` stopped.'),
};
const condition = {
  name: nameOf('Its name.'),
  title: z.string().check(z.minLength(4), z.describe('Its name for readers.')),
  about: paragraph.check(z.describe('What it models, in one paragraph.')),
  mechanism: paragraph.check(z.describe('What is done.')),
  closeness: paragraph.check(z.describe('How close that is to the real thing.')),
  sources: z.array(z.string()).check(z.minLength(1), z.describe('Where it is known from.')),
  confirm: z
    .optional(paragraph)
    .check(
      z.describe(
        'What a person looks at where no check can look, to tell it from causes that predict the same.',
      ),
    ),
};
const serviceChange = z.strictObject({
  listen: z.optional(listen).check(z.describe('Where it listens instead.')),
  tls: z.optional(z.boolean()).check(z.describe('Whether it speaks TLS.')),
  off: z._default(z.boolean(), false).check(z.describe('It does not run.')),
  arguments: z
    .optional(z.record(z.string(), z.string()))
    .check(z.describe('Arguments that differ; the others stay.')),
  shown: z.string().check(z.describe('The line for readers.')),
});
const doing = {
  ...condition,
  uses: z
    ._default(z.array(name), [])
    .check(z.describe('Names of `changes`, put on before what follows and taken back after it.')),
  ...undoable,
  services: z
    ._default(z.record(name, serviceChange), {})
    .check(z.describe('Services that run otherwise than in the base, only here, or not at all.')),
  environment: z
    ._default(
      z.record(
        name,
        z.record(
          text('a variable like http_proxy', /^[A-Za-z_]\w*$/),
          text('a value without line breaks', /^.*$/),
        ),
      ),
      {},
    )
    .check(z.describe('What the login shell of a machine exports, by machine.')),
  moves: z
    ._default(z.array(name), [])
    .check(
      z.describe('Machines that are reached another way than before, so that open connections are cut.'),
    ),
};
const kind = z.describe('The `base`, a `cause` of the symptom, or a `remedy` on top of a cause.');

export const conditionsSchema = z.strictObject({
  changes: z
    ._default(z.record(name, z.strictObject(undoable)), {})
    .check(z.describe('Commands that several conditions share, by name.')),
  conditions: z
    .array(
      z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('base').check(kind), ...condition }),
        z.strictObject({ kind: z.literal('cause').check(kind), ...doing }),
        z.strictObject({
          kind: z.literal('remedy').check(kind),
          for: z
            .array(name)
            .check(
              z.minLength(1),
              z.describe('The causes that it is meant for; the first is the usual one.'),
            ),
          ...doing,
        }),
      ]),
    )
    .check(
      z.describe(
        'In the order in which a reader meets them; the first is the base, from which all start. A cause is called `as-documented`: the lab starts in it, and every row agrees.',
      ),
    ),
});

export type ConditionsFile = z.infer<typeof conditionsSchema>;
export type Condition = {
  readonly kind: 'base' | 'cause' | 'remedy';
  /** Empty unless it is a remedy. */ readonly for: readonly string[];
  readonly name: string;
} & Pick<
  Extract<ConditionsFile['conditions'][number], { kind: 'cause' }>,
  Exclude<keyof typeof doing, 'uses' | 'name'>
>;
