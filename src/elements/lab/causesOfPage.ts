/** The causes that the page was built with, and how sentences name them and the checks. */
import type { Naming } from '../../core/diagnosis/diagnosisText.ts';
import type { Cell, Prediction } from '../../core/diagnosis/observations.ts';
import { rowsOfPage } from '../base/pageChecks.ts';

type Cause = {
  cause: string;
  title: string;
  confirm?: string;
  cells: [string, Cell][];
};

/** From the element that shows the diagnosis of the page. */
export function causesOfPage(diagnosis: HTMLElement) {
  const causes: readonly Cause[] = JSON.parse(diagnosis.dataset.causes ?? '[]');
  const predictions = causes.map(({ cause, cells }): Prediction => ({ cause, cells: new Map(cells) }));
  const known = new Map(causes.map((one) => [one.cause, one]));
  const rows = rowsOfPage(diagnosis);
  const titleOf = (id: string) => rows.find((row) => row.id === id)?.title;
  const naming: Naming = {
    cause: (name) => `“${known.get(name)?.title ?? name}”`,
    confirm: (name) => known.get(name)?.confirm,
    check: (id) => `“${titleOf(id) ?? id}”`,
  };
  return { predictions, naming, titleOf };
}
