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

/** Straight stretches, drawn from its start: across to a place (H), or up or down to one (V). */
export const lineSchema = z
  .string()
  .check(
    z.regex(/^M\d{1,4} \d{1,4}(?:[HV]\d{1,4})+$/, 'write a line of straight stretches like `M14 20H80V120`'),
  );

/** Without `at` it stands in the middle of its box; with it, it begins there, or has its middle there. */
const textSchema = z.strictObject({
  text: z.string().check(z.minLength(1)),
  as: z.enum(['name', 'sub', 'mono']),
  at: z.optional(placeSchema),
  align: z.optional(z.enum(['start', 'middle'])),
  /** The entry of `live` that replaces it once there are runs. */
  live: z.optional(idSchema),
});
const box = {
  at: placeSchema,
  size: placeSchema,
  /** How round its corners are. */
  round: z.optional(units),
  texts: z.array(textSchema),
};
/** The segment that lights it up, in a picture of a path. */
const segment = z.optional(idSchema);

export const drawingShape = {
  title: sentenceSchema,
  /** A description for those who do not see it. */
  description: sentenceSchema,
  size: placeSchema,
  /** The background. */
  areas: z.array(z.strictObject({ ...box, look: z.enum(['sunken', 'dashed']) })),
  /** One without a size is a point where lines meet. */
  nodes: z.array(z.strictObject({ id: idSchema, segment, ...box })).check(z.minLength(1)),
  links: z.array(z.strictObject({ from: idSchema, to: idSchema, line: lineSchema, segment })),
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
