/** Figures beside their limits, and the table of them. */
import { aligned, round } from '../report.ts';

type Unit = 'MiB' | 'KiB' | 'MiB/min' | 'ms' | 's' | 'cores' | '';
export type Figure = {
  readonly what: string;
  readonly unit: Unit;
  readonly measured: number;
  readonly limit: { readonly word: 'at most' | 'at least'; readonly value: number };
};

const figure =
  (word: Figure['limit']['word']) =>
  (what: string, measured: number, value: number, unit: Unit = ''): Figure => ({
    ...{ what, unit, measured, limit: { word, value } },
  });
export const atMost = figure('at most');
export const atLeast = figure('at least');
/** A figure that is met when something holds. */
export const holds = (what: string, isTrue: boolean): Figure => atLeast(what, isTrue ? 1 : 0, 1);

export const isMet = ({ measured, limit: { word, value } }: Figure): boolean =>
  word === 'at most' ? measured <= value : measured >= value;

export function figureTable(figures: readonly Figure[]): string {
  const rows = figures.map((one) => {
    const { what, unit, measured, limit } = one;
    const must = `${limit.word} ${limit.value} ${unit}`.trim();
    return [what, `${round(measured)} ${unit}`.trim(), must, isMet(one) ? 'met' : 'NOT MET'];
  });
  return aligned([['figure', 'measured', 'must', ''], ...rows])
    .map((row) => row.join('  ').trimEnd())
    .join('\n');
}
