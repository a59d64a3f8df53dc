/** Parameters of a check: each has a list of allowed values, and each combination of them is a check of its own. */
import * as z from '../text/schema.ts';
import { duplicateNames, fault, type Fault, faultUnless, unknownNames } from './fault.ts';
import { idSchema as id } from '../vocabulary.ts';

/** Safe as a part of a command, of a text in YAML and of an address; it is no option. */
const WORD = /^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/;
const value = z
  .union([z.number(), z.string()], {
    error: 'write a number or a word; put true, false and null into quotes',
  })
  .check(
    z.refine(
      (one) => WORD.test(String(one)),
      'write a number, or at most 32 letters, digits, dots, underscores and hyphens, begun with a letter or a digit: it becomes a part of a command',
    ),
  );
const MOST_VALUES = 8;
const MOST_COMBINATIONS = 12;

export const parametersSchema = z.field(
  z
    .record(
      id,
      z
        .array(value)
        .check(
          z.minLength(2, `write 2 to ${MOST_VALUES} allowed values`),
          z.maxLength(MOST_VALUES, `write 2 to ${MOST_VALUES} allowed values`),
        ),
    )
    .check(z.refine((all) => Object.keys(all).length > 0, 'write a parameter, or leave `parameters` out')),
  'Names, each with its allowed values: `size: [100, 1400]`. `<<size>>` stands for the value everywhere in the file, and each combination is a row of its own: `ping.yaml` becomes `ping-100` and `ping-1400`.',
);
export type Parameters = z.infer<typeof parametersSchema>;

export const withSchema = z.optionalField(
  z.record(id, value),
  'The values that it is for, if it is not for all: `{ size: 1400 }`.',
);
type With = z.infer<typeof withSchema>;

/** One combination: the id that the author wrote, and a value for each parameter. */
export type Variant = { readonly of: string; readonly values: Readonly<Record<string, string | number>> };

const placeholder = /<<([a-z][a-z0-9-]*)>>/g;

export const fillIn = (text: string, values: Variant['values']): string =>
  text.replace(placeholder, (whole, name: string) =>
    Object.hasOwn(values, name) ? String(values[name]) : whole,
  );

/** The name of a placeholder without a parameter, and where it is in the text; comments do not count. */
export const unknownPlaceholders = (text: string, known: readonly string[]) =>
  [...text.replace(/^\s*#.*$/gm, (line) => ' '.repeat(line.length)).matchAll(placeholder)].flatMap(
    ({ 0: found, 1: name = '', index: at }) => (known.includes(name) ? [] : { found, name, at }),
  );

/** Every combination, in the order of the lists. */
export const variantsOf = (of: string, parameters: Parameters): readonly Variant[] =>
  Object.entries(parameters)
    .reduce<Variant['values'][]>(
      (all, [name, list]) => all.flatMap((values) => list.map((one) => ({ ...values, [name]: one }))),
      [{}],
    )
    .map((values) => ({ of, values }));

/** The id of a combination: legal in an address and as the name of a file. */
export const variantId = ({ of, values }: Variant): string =>
  [
    of,
    ...Object.values(values).map((one) =>
      String(one)
        .toLowerCase()
        .replace(/[^a-z0-9]/g, '-'),
    ),
  ].join('-');

/** The values in words: `size 1400, family inet6`. */
export const variantText = ({ values }: Variant): string =>
  Object.entries(values)
    .map(([name, one]) => `${name} ${one}`)
    .join(', ');

/** Faults of the declaration. `title`, `steps`: as they are in the file, before anything is filled in. */
export function parameterFaults(
  of: string,
  { parameters, title, steps }: { parameters: Parameters; title?: unknown; steps?: unknown },
): Fault[] {
  const path = ['parameters'];
  const ids = variantsOf(of, parameters).map(variantId);
  const has = (text: unknown, name: string) => JSON.stringify(text ?? '').includes(`<<${name}>>`);
  if (ids.length > MOST_COMBINATIONS)
    return [
      fault(path, `expected at most ${MOST_COMBINATIONS} combinations, found ${ids.length}: take values out`),
    ];
  return [
    ...Object.keys(parameters).flatMap((name) => [
      ...faultUnless(
        has(steps, name),
        [...path, name],
        `no step has <<${name}>> in it: use it in a command, or take it out here`,
      ),
      ...faultUnless(
        has(title, name),
        ['title'],
        `expected <<${name}>> in it, so that readers can tell the rows apart`,
      ),
    ]),
    ...duplicateNames('combinations', ids, () => path),
    ...ids.flatMap((one) =>
      faultUnless(
        id.safeParse(one).success,
        path,
        `"${one}" is the id of a row, and longer than 48 characters: shorten a value or the id`,
      ),
    ),
  ];
}

type For = { readonly with?: With | undefined };

/** Whether a sample or a paste is for this combination. */
export const isFor = ({ values }: Variant, { with: wanted = {} }: For): boolean =>
  Object.entries(wanted).every(([name, one]) => String(values[name]) === String(one));

/** Faults of `with` in a check as it is written: a parameter that there is not, and a value that is not allowed. */
export const withFaults = ({
  parameters = {},
  samples,
  pastes = [],
}: {
  readonly parameters?: Parameters | undefined;
  readonly samples: readonly For[];
  readonly pastes?: readonly For[] | undefined;
}): Fault[] =>
  Object.entries({ samples, pastes }).flatMap(([list, items]) =>
    items.flatMap(({ with: wanted = {} }, index) =>
      Object.entries(wanted).flatMap(([name, one]) => {
        const at = [list, index, 'with', name];
        const allowed = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
        return allowed === undefined
          ? unknownNames(at, 'a parameter', [name], Object.keys(parameters))
          : unknownNames(at, `a value of ${name}`, [String(one)], allowed.map(String));
      }),
    ),
  );
