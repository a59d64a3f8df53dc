/** Faults about units: a value and what it is compared with have to be of one kind, and say in what they are counted. */
import type { ValueSource } from './check.ts';
import type { Comparison, Expectation } from './expectation.ts';
import { fault, type Fault, type Path } from './fault.ts';
import { amount, type Dimension, readQuantity } from './quantity.ts';

const ORDERED = ['lt', 'le', 'gt', 'ge', 'between', 'about', 'within'];

export function unitFaults(path: Path, source: ValueSource): readonly Fault[] {
  if (!('unit' in source) || source.unit === undefined) return [];
  const dimension = readQuantity('1', source.unit)?.dimension;
  if (source.as === dimension) return [];
  return [
    fault([...path, 'as'], `expected ${dimension}, of which ${source.unit} is a unit, found ${source.as}`),
  ];
}

/** Paths start at the expectation. */
export function quantityFaults(
  expectation: Expectation,
  values: ReadonlyMap<string, ValueSource>,
): readonly Fault[] {
  if (expectation.kind === 'same') return sameFaults(expectation.values, values);
  if (!('is' in expectation)) return [];
  const { is } = expectation;
  const dimension = dimensionOf(expectation, values);
  const written = Object.entries(is).flatMap(([word, value]) =>
    [value].flat().map((one: string | number) => ({ word, one })),
  );
  const faults = written.flatMap(({ word, one }) => wrongUnit(word, one, dimension, expectation.kind));
  if (isPercent(is) && 'about' in is && amount(is.about) === 0)
    faults.push('a percentage of 0 is 0: write `within` as a number');
  return [...new Set(faults)].map((message) => fault(['is'], message));
}

function sameFaults(names: readonly string[], values: ReadonlyMap<string, ValueSource>): readonly Fault[] {
  const kinds = names.map((value) => dimensionOf({ kind: 'value', value }, values) ?? 'value without a unit');
  return names.flatMap((name, index) => {
    const at = ['values', index];
    if (names.indexOf(name) < index)
      return fault(at, `"${name}" is compared with itself, which cannot fail: name another value`);
    return kinds[index] === kinds[0]
      ? []
      : fault(at, `"${names[0]}" is a ${kinds[0]}, and "${name}" a ${kinds[index]}: read both as the same`);
  });
}

type Named = Expectation | { readonly kind: 'value'; readonly value: string };

function dimensionOf(one: Named, values: ReadonlyMap<string, ValueSource>): Dimension | undefined {
  if (one.kind === 'time') return 'duration';
  const source = one.kind === 'value' ? values.get(one.value) : undefined;
  return source && 'as' in source && (source.as === 'duration' || source.as === 'size')
    ? source.as
    : undefined;
}

function wrongUnit(
  word: string,
  one: string | number,
  dimension: Dimension | undefined,
  kind: Expectation['kind'],
): string[] {
  if (!ORDERED.includes(word))
    return dimension === undefined || kind === 'time'
      ? []
      : [`a ${dimension} is compared with about and within, between, lt, le, gt or ge, found ${word}`];
  if (typeof one === 'number')
    return dimension === undefined || kind === 'time'
      ? []
      : [`write ${one} with its unit: this is a ${dimension}`];
  if (one.endsWith('%')) return [];
  const own = readQuantity(one)?.dimension;
  if (own === dimension) return [];
  if (dimension === undefined)
    return [`${one} has a unit, and what it is compared with has none: read the value \`as: ${own}\``];
  return [`expected a ${dimension}, found ${one}, which is a ${own}`];
}

const isPercent = (is: Comparison): boolean =>
  'within' in is && typeof is.within === 'string' && is.within.endsWith('%');
