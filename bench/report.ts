/** What was measured, as numbers, as a table for people and as files. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type Row = {
  readonly what: string;
  readonly unit: 'ms' | 'MB/s' | 'MiB' | 'KiB' | 's' | 'of 100' | 'processes' | 'a second';
  readonly ours: number;
  /** What it is set beside, in the same run: the floor, and how far we are from it. */
  readonly beside?: { readonly what: string; readonly value: number };
  readonly note?: string;
};

export type Rows = Promise<readonly Row[]>;
export type Report = { readonly at: string; readonly quick: boolean; readonly rows: readonly Row[] };

export const sorted = (values: readonly number[]): number[] => values.toSorted((a, b) => a - b);
/** The value below which the given part of them lies. */
export const quantile = (values: readonly number[], part: number): number =>
  sorted(values)[Math.min(values.length - 1, Math.floor(values.length * part))] ?? Number.NaN;
export const median = (values: readonly number[]): number => quantile(values, 0.5);
export const round = (value: number): number => Number(value.toPrecision(3));
/** Fastest, median and 95th of a hundred, for a note. */
export const spread = (values: readonly number[]): string =>
  `min ${round(quantile(values, 0))}, p95 ${round(quantile(values, 0.95))}, n ${values.length}`;

/** A row with the median of these values; the note begins with their spread. */
export const medianRow = (what: string, unit: Row['unit'], values: readonly number[], note?: string) => ({
  ...{ what, unit, ours: median(values) },
  note: note === undefined ? spread(values) : `${spread(values)}; ${note}`,
});

/** The same, set beside the median of others; the note has their spread too. */
export const besideRow = (
  what: string,
  unit: Row['unit'],
  ours: readonly number[],
  theirs: readonly number[],
  name: string,
) => ({
  ...medianRow(what, unit, ours, `${name} ${spread(theirs)}`),
  beside: { what: name, value: median(theirs) },
});

const cellsOf = ({ what, unit, ours, beside, note }: Row): readonly string[] => [
  what,
  `${round(ours)} ${unit}`,
  beside ? `${round(beside.value)} ${unit}, ${beside.what}` : '',
  beside && beside.value > 0 ? String(round(ours / beside.value)) : '',
  note ?? '',
];

export const line = (row: Row): string =>
  cellsOf(row)
    .filter((cell) => cell !== '')
    .join(' · ');

/** The cells of each row, as wide as the widest of their column. */
export function aligned(rows: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const width = (i: number) => Math.max(...rows.map((row) => row[i]?.length ?? 0));
  return rows.map((row) => row.map((cell, i) => cell.padEnd(width(i))));
}

/** A Markdown table, which reads as one on a screen too. */
export function table(rows: readonly Row[]): string {
  const [head = [], ...cells] = aligned([
    ['what', 'ours', 'beside it', 'ratio', 'note'],
    ...rows.map(cellsOf),
  ]);
  const rule = head.map((cell) => '-'.repeat(cell.length));
  return [head, rule, ...cells].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

export function write(folder: string, report: Report): void {
  writeFileSync(join(folder, 'results.json'), `${JSON.stringify(report, null, 2)}\n`);
  const about = `${report.at}${report.quick ? ', quick' : ''}. Medians; read the ratios, the machine is noisy.`;
  const text = `# What \`npm run bench\` measured last\n\n${about}\n\n${table(report.rows)}\n`;
  writeFileSync(join(folder, 'results.md'), text);
}
