/** The schemas of front matter: of a writeup, with its roles, its matrix and its limitation, and of any other page; and the checks that a text names. */
import * as z from 'zod/mini';
import { idSchema as id } from '../vocabulary.ts';

const day = z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/, 'write a day like 2026-11-24'));

const lastReproduced = z.strictObject({
  on: day.check(z.describe('The day.')),
  versions: z.record(z.string(), z.string()).check(z.describe('Of kernel, host, product, and so on.')),
});
const cellBase = {
  from: id.check(z.describe('A role of `roles`.')),
  to: z.string().check(z.describe('An address of `to`.')),
};

export const pageSchema = z.strictObject({
  title: z.string().check(z.describe('Its heading, and its name in the side bar.')),
  description: z.string().check(z.describe('One or two sentences below the heading and in previews.')),
});

export const writeupSchema = z.strictObject({
  ...pageSchema.shape,
  order: z.number().check(z.describe('Its place among the writeups.')),
  group: z
    .optional(z.string().check(z.minLength(2)))
    .check(z.describe('Writeups of one group stand together, folded in the side bar.')),
  limitation: z
    .optional(
      z.strictObject({
        message: z.string().check(z.describe('One sentence that can stop being true.')),
        checks: z
          .array(id)
          .check(
            z.minLength(1),
            z.describe('The checks that decide it; each has outcomes with `limitation`.'),
          ),
      }),
    )
    .check(z.describe('What is limited, and whether that still reproduces.')),
  lifecycle: z
    .optional(
      z.strictObject({
        owner: z.string().check(z.describe('Who maintains the writeup.')),
        firstSeen: day.check(z.describe('When the limitation was found.')),
        upstream: z.array(z.string()).check(z.describe('Addresses of issues about it.')),
        reviewBy: day.check(z.describe('Until when the writeup is reliable.')),
        lastReproduced: lastReproduced.check(z.describe('Where its authors last saw it reproduce.')),
      }),
    )
    .check(z.describe('Who maintains the writeup, and until when it is reliable.')),
  stated: z
    .optional(
      z.strictObject({
        cause: id.check(z.describe('A condition of the lab.')),
        rows: z
          .array(id)
          .check(z.minLength(1), z.describe('The checks whose documented rows it is compared with.')),
        settle: z
          .array(
            z.strictObject({
              rows: z.array(id).check(z.describe('The checks that contradict each other.')),
              message: z.string().check(z.describe('What to look at.')),
            }),
          )
          .check(z.describe('What would settle a contradiction.')),
      }),
    )
    .check(z.describe('The cause that the page states.')),
  lab: z
    .optional(id)
    .check(z.describe('The writeup in whose lab the checks run, when this one has no lab of its own.')),
  roles: z
    .array(
      z.strictObject({
        role: id.check(z.describe('Its name in checks; an inventory ties it to a host.')),
        short: z
          .string()
          .check(z.describe("Its short name in text and pictures. Quote `'.20'`: YAML would read a number.")),
        address: z.string().check(z.describe('Its address, as the page shows it.')),
        says: z.string().check(z.describe('What the machine is.')),
      }),
    )
    .check(z.minLength(1), z.describe('The machines of the page.')),
  matrix: z
    .optional(
      z.strictObject({
        to: z.array(z.string()).check(z.minLength(1), z.describe('The addresses that are tried.')),
        cells: z
          .array(
            z.union([
              z.strictObject({ ...cellBase, check: id.check(z.describe('The check that tries it.')) }),
              z.strictObject({ ...cellBase, none: z.string().check(z.describe('Why no check does.')) }),
            ]),
          )
          .check(z.describe('Who tries what.')),
      }),
    )
    .check(
      z.describe(
        'Which check makes which attempt, so that a record can be compared with the same attempt from elsewhere.',
      ),
    ),
});
export type Writeup = z.infer<typeof writeupSchema>;

const component = /<Evidence\s+checks=\{\[([^\]]*)\]\}/g;

/** Every id in `<Evidence checks={[…]}>`, with its offset in the text. */
export function checksNamedIn(source: string): readonly { readonly id: string; readonly at: number }[] {
  return [...source.matchAll(component)].flatMap(({ 0: whole, 1: names = '', index }) => {
    const from = index + whole.indexOf(names);
    return [...names.matchAll(/(['"])([^'"]*)\1/g)].map((name) => ({
      id: name[2] ?? '',
      at: from + name.index + 1,
    }));
  });
}
