/** Which keys a schema allows at a place of the value, for the sentence about an unknown key. */
import type * as z from 'zod/mini';

type Path = readonly (string | number)[];

/** Every key of every object that the schema allows at `path`; of a union, those of all its members. */
export function keysAt(schema: z.core.$ZodType, path: Path): readonly string[] {
  let here = unwrapped(schema);
  for (const part of path) here = here.flatMap((one) => below(one, part)).flatMap(unwrapped);
  return [...new Set(here.flatMap((one) => ('shape' in one.def ? Object.keys(one.def.shape) : [])))];
}

type Known = { readonly def: z.core.$ZodTypes['_zod']['def'] };

/** Without what a schema is wrapped in: the objects, arrays and records themselves. */
function unwrapped(schema: z.core.$ZodType): readonly Known[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if ('innerType' in def) return unwrapped(def.innerType);
  if ('options' in def) return def.options.flatMap(unwrapped);
  return [{ def }];
}

function below({ def }: Known, part: string | number): readonly z.core.$ZodType[] {
  if ('shape' in def) {
    const found = def.shape[part];
    return found === undefined ? [] : [found];
  }
  if ('element' in def) return [def.element];
  return 'valueType' in def ? [def.valueType] : [];
}
