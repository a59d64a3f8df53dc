/** The schema of a writeup's front matter: the page, its roles, its matrix and its limitation. */
import * as z from 'zod/mini';
import { idSchema as id } from '../vocabulary.ts';

const day = z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/, 'write a day like 2026-11-24'));

export const writeupSchema = z.strictObject({
  title: z.string(),
  description: z.string(),
  order: z.number(),
  /** One sentence that can stop being true. */
  limitation: z.optional(
    z.strictObject({
      message: z.string(),
      /** The rows that decide whether it still reproduces; each has outcomes with `limitation`. */
      checks: z.array(id).check(z.minLength(1)),
    }),
  ),
  /** Who maintains the writeup, and until when it is reliable. Dates are YYYY-MM-DD. */
  lifecycle: z.optional(
    z.strictObject({
      owner: z.string(),
      firstSeen: day,
      /** Addresses of issues about it. */
      upstream: z.array(z.string()),
      reviewBy: day,
      /** Where its authors last saw it reproduce: kernel, host, product, and so on. */
      lastReproduced: z.strictObject({ on: day, versions: z.record(z.string(), z.string()) }),
    }),
  ),
  /** The cause that the page states, as a condition of the lab; the documented rows to compare it with; what would settle a contradiction. */
  stated: z.optional(
    z.strictObject({
      cause: id,
      rows: z.array(id).check(z.minLength(1)),
      settle: z.array(z.strictObject({ rows: z.array(id), message: z.string() })),
    }),
  ),
  /** The writeup in whose lab the checks run, when this one has no lab of its own. */
  lab: z.optional(id),
  roles: z
    .array(z.strictObject({ role: id, short: z.string(), address: z.string(), says: z.string() }))
    .check(z.minLength(1)),
  matrix: z.optional(
    z.strictObject({
      to: z.array(z.string()).check(z.minLength(1)),
      cells: z.array(
        z.union([
          z.strictObject({ from: id, to: z.string(), check: id }),
          z.strictObject({ from: id, to: z.string(), none: z.string() }),
        ]),
      ),
    }),
  ),
});
export type Writeup = z.infer<typeof writeupSchema>;
