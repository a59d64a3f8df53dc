/** The schemas of front matter: of a writeup, with its roles, its matrix and its limitation, and of any other page; and the checks that a text names. */
import * as z from '../text/schema.ts';
import { idSchema as id } from '../vocabulary.ts';

const day = z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/, 'write a day like 2026-11-24'));

const lastReproduced = z.strictObject({
  on: z.field(day, 'The day.'),
  versions: z.field(z.record(z.string(), z.string()), 'Of kernel, host, product, and so on.'),
});
const cellBase = {
  from: z.field(id, 'A role of `roles`.'),
  to: z.field(z.string(), 'An address of `to`.'),
};

export const pageSchema = z.strictObject({
  title: z.field(z.string(), 'Its heading, and its name in the side bar.'),
  description: z.field(z.string(), 'One or two sentences below the heading and in previews.'),
});

export const writeupSchema = z.strictObject({
  ...pageSchema.shape,
  order: z.field(z.number(), 'Its place among the writeups.'),
  group: z.optionalField(
    z.string().check(z.minLength(2)),
    'Writeups of one group stand together, folded in the side bar.',
  ),
  limitation: z.optionalField(
    z.strictObject({
      message: z.field(z.string(), 'One sentence that can stop being true.'),
      checks: z.field(
        z.array(id).check(z.minLength(1)),
        'The checks that decide it; each has outcomes with `limitation`.',
      ),
    }),
    'What is limited, and whether that still reproduces.',
  ),
  lifecycle: z.optionalField(
    z.strictObject({
      owner: z.field(z.string(), 'Who maintains the writeup.'),
      firstSeen: z.field(day, 'When the limitation was found.'),
      upstream: z.field(z.array(z.string()), 'Addresses of issues about it.'),
      reviewBy: z.field(day, 'Until when the writeup is reliable.'),
      lastReproduced: z.field(lastReproduced, 'Where its authors last saw it reproduce.'),
    }),
    'Who maintains the writeup, and until when it is reliable.',
  ),
  stated: z.optionalField(
    z.strictObject({
      cause: z.field(id, 'A condition of the lab.'),
      rows: z.field(
        z.array(id).check(z.minLength(1)),
        'The checks whose documented rows it is compared with.',
      ),
      settle: z.field(
        z.array(
          z.strictObject({
            rows: z.field(z.array(id), 'The checks that contradict each other.'),
            message: z.field(z.string(), 'What to look at.'),
          }),
        ),
        'What would settle a contradiction.',
      ),
    }),
    'The cause that the page states.',
  ),
  lab: z.optionalField(id, 'The writeup in whose lab the checks run, when this one has no lab of its own.'),
  roles: z.field(
    z
      .array(
        z.strictObject({
          role: z.field(id, 'Its name in checks; an inventory ties it to a host.'),
          short: z.field(
            z.string(),
            "Its short name in text and pictures. Quote `'.20'`: YAML would read a number.",
          ),
          address: z.field(z.string(), 'Its address, as the page shows it.'),
          says: z.field(z.string(), 'What the machine is.'),
        }),
      )
      .check(z.minLength(1)),
    'The machines of the page.',
  ),
  matrix: z.optionalField(
    z.strictObject({
      to: z.field(z.array(z.string()).check(z.minLength(1)), 'The addresses that are tried.'),
      cells: z.field(
        z.array(
          z.union([
            z.strictObject({ ...cellBase, check: z.field(id, 'The check that tries it.') }),
            z.strictObject({ ...cellBase, none: z.field(z.string(), 'Why no check does.') }),
          ]),
        ),
        'Who tries what.',
      ),
    }),
    'Which check makes which attempt, so that a record can be compared with the same attempt from elsewhere.',
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
