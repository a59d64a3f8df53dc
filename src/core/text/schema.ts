/** The library of schemas, with what its author is told of each field: editors and the page of fields show that. Under the name `z`, whose calls the build leaves out of a page. */
import * as z from 'zod/mini';

export * from 'zod/mini';

export const field = <Schema extends z.ZodMiniType>(schema: Schema, text: string): Schema =>
  schema.check(z.describe(text));

/** The same for what may be left out. */
export const optionalField = <Schema extends z.ZodMiniType>(schema: Schema, text: string) =>
  z.optional(schema).check(z.describe(text));
