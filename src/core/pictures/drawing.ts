/** What every picture is drawn from: areas, nodes, and links between them, at places counted from its top left corner. */
import * as z from '../text/schema.ts';

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

export const lineSchema = z.field(
  z
    .string()
    .check(
      z.regex(
        /^M\d{1,4} \d{1,4}(?:[HV]\d{1,4})+$/,
        'write a line of straight stretches like `M14 20H80V120`',
      ),
    ),
  'Straight stretches: `M58 92V118` is from 58, 92 down to 118; `H` goes across.',
);

const textSchema = z.strictObject({
  text: z.field(z.string().check(z.minLength(1)), 'The words.'),
  as: z.field(z.enum(['name', 'sub', 'mono']), 'How they look.'),
  at: z.optionalField(placeSchema, 'Its place; without it, the middle of its box.'),
  align: z.optionalField(z.enum(['start', 'middle']), 'Whether it begins at `at`, or has its middle there.'),
  live: z.optionalField(idSchema, 'The entry of `live` that replaces it once there are runs.'),
});
const box = {
  at: z.field(placeSchema, 'Its top left corner.'),
  size: z.field(placeSchema, 'Its width and height. A node without a size is a point where lines meet.'),
  round: z.optionalField(units, 'How round its corners are.'),
  texts: z.field(z.array(textSchema), 'What stands in it.'),
};
const segment = z.optionalField(idSchema, 'The segment that lights it up, in a picture of a path.');

export const drawingShape = {
  title: z.field(sentenceSchema, 'What it shows.'),
  description: z.field(sentenceSchema, 'A description for those who do not see it.'),
  size: z.field(placeSchema, 'Its width and height. All places are counted from its top left corner.'),
  areas: z.field(
    z.array(z.strictObject({ ...box, look: z.field(z.enum(['sunken', 'dashed']), 'How it looks.') })),
    'The background.',
  ),
  nodes: z.field(
    z
      .array(z.strictObject({ id: z.field(idSchema, 'Its name in links.'), segment, ...box }))
      .check(z.minLength(1)),
    'Machines and the like.',
  ),
  links: z.field(
    z.array(
      z.strictObject({
        from: z.field(idSchema, 'The node where it begins.'),
        to: z.field(idSchema, 'The node where it ends.'),
        line: lineSchema,
        segment,
      }),
    ),
    'What connects them.',
  ),
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
