/** What every picture is drawn from: areas, nodes, and links between them, at places counted from its top left corner. */
import * as z from 'zod/mini';

export const idSchema = z
  .string()
  .check(
    z.regex(
      /^[a-z0-9][a-z0-9-]{0,47}$/,
      'write a name of lower-case letters, digits and hyphens, for example `sent-back`',
    ),
  );
export const sentenceSchema = z.string().check(z.minLength(8, 'write at least a short sentence'));
const units = z.int().check(z.gte(0), z.lte(2000));
/** From the left, and from the top. */
export const placeSchema = z.tuple([units, units]);
export type Place = z.infer<typeof placeSchema>;

export const lineSchema = z
  .string()
  .check(
    z.regex(/^M\d{1,4} \d{1,4}(?:[HV]\d{1,4})+$/, 'write a line of straight stretches like `M14 20H80V120`'),
    z.describe('Straight stretches: `M58 92V118` is from 58, 92 down to 118; `H` goes across.'),
  );

const textSchema = z.strictObject({
  text: z.string().check(z.minLength(1), z.describe('The words.')),
  as: z.enum(['name', 'sub', 'mono']).check(z.describe('How they look.')),
  at: z.optional(placeSchema).check(z.describe('Its place; without it, the middle of its box.')),
  align: z
    .optional(z.enum(['start', 'middle']))
    .check(z.describe('Whether it begins at `at`, or has its middle there.')),
  live: z.optional(idSchema).check(z.describe('The entry of `live` that replaces it once there are runs.')),
});
const box = {
  at: placeSchema.check(z.describe('Its top left corner.')),
  size: placeSchema.check(
    z.describe('Its width and height. A node without a size is a point where lines meet.'),
  ),
  round: z.optional(units).check(z.describe('How round its corners are.')),
  texts: z.array(textSchema).check(z.describe('What stands in it.')),
};
const segment = z
  .optional(idSchema)
  .check(z.describe('The segment that lights it up, in a picture of a path.'));

export const drawingShape = {
  title: sentenceSchema.check(z.describe('What it shows.')),
  description: sentenceSchema.check(z.describe('A description for those who do not see it.')),
  size: placeSchema.check(
    z.describe('Its width and height. All places are counted from its top left corner.'),
  ),
  areas: z
    .array(z.strictObject({ ...box, look: z.enum(['sunken', 'dashed']).check(z.describe('How it looks.')) }))
    .check(z.describe('The background.')),
  nodes: z
    .array(z.strictObject({ id: idSchema.check(z.describe('Its name in links.')), segment, ...box }))
    .check(z.minLength(1), z.describe('Machines and the like.')),
  links: z
    .array(
      z.strictObject({
        from: idSchema.check(z.describe('The node where it begins.')),
        to: idSchema.check(z.describe('The node where it ends.')),
        line: lineSchema,
        segment,
      }),
    )
    .check(z.describe('What connects them.')),
};
const drawingSchema = z.strictObject(drawingShape);
export type Drawing = z.infer<typeof drawingSchema>;
export type Box = Drawing['areas'][number] | Drawing['nodes'][number];

/** Where a line begins and ends, and the direction of its last stretch as a step of 1. */
export function endsOf(line: string): {
  readonly start: Place;
  readonly end: Place;
  readonly heading: Place;
} {
  const [left = 0, top = 0] = line.slice(1).split(/[ HV]/).map(Number);
  let end: Place = [left, top];
  let heading: Place = [0, 0];
  for (const [, letter, digits] of line.matchAll(/([HV])(\d+)/g)) {
    const [x, y] = end;
    end = letter === 'H' ? [Number(digits), y] : [x, Number(digits)];
    heading = [Math.sign(end[0] - x), Math.sign(end[1] - y)];
  }
  return { start: [left, top], end, heading };
}
