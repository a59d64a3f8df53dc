/** Numbers with a unit: times in seconds, sizes in bytes. */

const seconds = { ns: 1e-9, us: 1e-6, µs: 1e-6, ms: 1e-3, s: 1, min: 60, h: 3600 };
const bytes = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };
type Unit = keyof typeof seconds | keyof typeof bytes;
export const units = Object.keys({ ...seconds, ...bytes }) as readonly Unit[];
export type Dimension = 'duration' | 'size';

type Quantity = { readonly value: number; readonly dimension: Dimension };

/** Reads `1480 ms`; `unit` is that of a number without one. Nothing where the unit is missing or unknown: `K` is 1000 for some tools and 1024 for others. */
export function readQuantity(text: string, unit = ''): Quantity | undefined {
  const [, number, own = ''] =
    /^([+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)\s*([A-Za-zµ]*)$/.exec(text.trim()) ?? [];
  if (number === undefined) return undefined;
  const name = own === '' ? unit : own;
  const factor = (table: Readonly<Partial<Record<string, number>>>) => table[name];
  const [time, size] = [factor(seconds), factor(bytes)];
  if (time !== undefined) return { value: Number(number) * time, dimension: 'duration' };
  return size === undefined ? undefined : { value: Number(number) * size, dimension: 'size' };
}

/** The number that a comparison is made with: as it is written, or of a quantity. */
export const amount = (written: number | string): number =>
  typeof written === 'number' ? written : (readQuantity(written)?.value ?? Number.NaN);

/** Each percentage or quantity of a comparison is refused elsewhere if it cannot be read. */
export const tolerance = (within: number | string, about: number): number => {
  const percent = typeof within === 'string' ? /^(.*\d)\s*%$/.exec(within)?.[1] : undefined;
  return percent === undefined ? amount(within) : (Math.abs(about) * Number(percent)) / 100;
};
