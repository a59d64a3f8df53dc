/** Figures beside what they must be, and the table of them. */
import { round } from '../report.ts';

export type Figure = {
  readonly what: string;
  readonly unit: 'MiB' | 'KiB' | 'MiB/min' | 'ms' | 's' | 'cores' | '';
  readonly measured: number;
  readonly must: { readonly atMost: number } | { readonly atLeast: number };
};

export const isMet = ({ measured, must }: Figure): boolean =>
  'atMost' in must ? measured <= must.atMost : measured >= must.atLeast;

export function figureTable(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => {
    const { what, unit, measured, must } = figure;
    const [word, limit] = 'atMost' in must ? ['at most', must.atMost] : ['at least', must.atLeast];
    return [
      what,
      `${round(measured)} ${unit}`.trim(),
      `${word} ${limit} ${unit}`.trim(),
      isMet(figure) ? 'met' : 'NOT MET',
    ];
  });
  const head = ['figure', 'measured', 'must', ''];
  const widths = head.map((title, at) => Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(head), ...rows.map(line)].join('\n');
}
