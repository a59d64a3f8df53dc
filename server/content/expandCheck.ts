/** The one place where a check becomes several: its file is read once for each combination of its parameters. */
import * as z from 'zod/mini';
import { nearest } from '../../src/core/text/nearest.ts';
import type { Check } from '../../src/core/check/check.ts';
import type { Fault } from '../../src/core/check/fault.ts';
import {
  fillIn,
  isFor,
  parameterFaults,
  parametersSchema,
  unknownPlaceholders,
  type Variant,
  variantId,
  variantsOf,
} from '../../src/core/check/parameters.ts';
import type { ContentReader } from './contentReader.ts';

/** No more of a check than this is read before the values are in it. */
const declarationSchema = z.looseObject({ parameters: z.optional(parametersSchema) });

/** Without parameters, the text as it is. None when the declaration is at fault, which is said to the reader. */
export function expandCheck(
  file: string,
  of: string,
  text: string,
  { addFault, parse, faults }: ContentReader,
): readonly { readonly text: string; readonly variant?: Variant }[] {
  const before = faults.length;
  // Most checks have none, and are parsed once.
  const read = /parameters/.test(text) ? parse(file, text, declarationSchema) : undefined;
  const { parameters = {}, ...rest } = read?.value ?? {};
  const names = Object.keys(parameters);
  if (names.length > 0) read?.report(parameterFaults(of, { parameters, ...rest }));
  for (const { found, name, at } of unknownPlaceholders(text, names)) {
    const near = nearest(name, names).join(', ');
    const message = `expected a parameter (${names.join(', ') || 'none'}), found "${found}"${near && `; nearest: ${near}`}; declare it in \`parameters\`, or correct its name`;
    addFault(file, message, text.slice(0, at).split('\n').length);
  }
  if (faults.length > before) return [];
  if (names.length === 0) return [{ text }];
  return variantsOf(of, parameters).map((variant) => ({ text: fillIn(text, variant.values), variant }));
}

/** The check of one combination, with the samples that are for it. `written`: its file, with the values in it. */
export const combinationOf = (written: Check, variant: Variant): Check => ({
  ...written,
  id: variantId(variant),
  samples: written.samples.filter((one) => isFor(variant, one)),
  ...(written.pastes ? { pastes: written.pastes.filter((one) => isFor(variant, one)) } : {}),
  variant,
});

/** A fault of a combination at the place where its file has it: the file may have samples of other combinations before. */
export function atItsPlace({ path, message }: Fault, check: Check, written: Check): Fault {
  const [list, index = 0, ...rest] = path;
  if (list !== 'samples' && list !== 'pastes') return { path, message };
  const items: readonly unknown[] = written[list] ?? [];
  const at = items.indexOf(check[list]?.[Number(index)]);
  return { path: path.length < 2 ? path : [list, at, ...rest], message };
}
