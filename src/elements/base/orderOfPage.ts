import { checksOfPage } from './pageChecks.ts';

/** The ids of all checks that the page shows, in its order. */
export function orderOfPage(element: Element): readonly string[] {
  const shown = element.closest('[data-checks-of-page]')?.querySelectorAll<HTMLElement>('[data-row]') ?? [];
  const known = checksOfPage(element);
  const ids = [...[...shown].map(({ dataset }) => dataset.row ?? ''), ...known.keys()];
  return [...new Set(ids)].filter((id) => known.has(id));
}
