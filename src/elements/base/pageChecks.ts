/** Every check of the page around an element, as the page was built. What came back from them is left to the session. */
import { FRESH_SECONDS } from '../../core/run/freshness.ts';
import type { Effect } from '../../core/protocol/rights.ts';

export type CheckOfPage = {
  readonly id: string;
  readonly title: string;
  readonly hash: string;
  readonly effect: Effect;
  readonly freshSeconds: number;
};

const read = new WeakMap<Element, ReadonlyMap<string, CheckOfPage>>();

/** By id, in the order in which they were written down; empty outside of a writeup. */
export function checksOfPage(element: Element): ReadonlyMap<string, CheckOfPage> {
  const holder = element.closest<HTMLElement>('[data-checks-of-page]');
  if (holder === null) return new Map();
  const before = read.get(holder);
  if (before !== undefined) return before;
  const rows: readonly (Omit<CheckOfPage, 'freshSeconds'> & { freshSeconds?: number })[] = JSON.parse(
    holder.dataset.checksOfPage ?? '[]',
  );
  const found = new Map(
    rows.map(({ id, title, hash, effect, freshSeconds = FRESH_SECONDS }) => [
      id,
      { id, title, hash, effect, freshSeconds },
    ]),
  );
  read.set(holder, found);
  return found;
}

/** The ids of all checks that the page shows, in the order in which a reader meets them. */
export function orderOfPage(element: Element): readonly string[] {
  const holder = element.closest<HTMLElement>('[data-checks-of-page]');
  const met = [...(holder?.querySelectorAll<HTMLElement>('[data-row]') ?? [])].map(
    ({ dataset }) => dataset.row ?? '',
  );
  const known = checksOfPage(element);
  return [...new Set([...met, ...known.keys()])].filter((id) => known.has(id));
}
