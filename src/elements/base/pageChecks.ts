/** The checks that the page was built with. */
import type { Row } from '../../core/run/runChange.ts';
import type { Effect } from '../../core/protocol/rights.ts';

export type CheckOfPage = Row & {
  readonly effect: Effect;
  readonly freshSeconds?: number;
  readonly every?: string;
};

const holderOf = (element: Element) => element.closest<HTMLElement>('[data-checks-of-page]');
const parsed = new WeakMap<Element, ReadonlyMap<string, CheckOfPage>>();

/** By id, in the order of the files; empty outside of a writeup. */
export function checksOfPage(element: Element): ReadonlyMap<string, CheckOfPage> {
  const holder = holderOf(element);
  if (holder === null) return new Map();
  const before = parsed.get(holder);
  if (before !== undefined) return before;
  const rows: readonly CheckOfPage[] = JSON.parse(holder.dataset.checksOfPage ?? '[]');
  const checks = new Map(rows.map((row) => [row.id, row]));
  parsed.set(holder, checks);
  return checks;
}

export const rowsOfPage = (element: Element): readonly CheckOfPage[] => [...checksOfPage(element).values()];

export const writeupOfPage = (element: Element): string =>
  element.closest<HTMLElement>('[data-writeup]')?.dataset.writeup ?? '';
