/** What the page was built with: its checks, and the rules of its pictures. */
import { addressOf } from '../../client/state/address.ts';
import type { Row } from '../../core/run/runChange.ts';
import type { PictureRules } from '../../core/pictures/rules.ts';
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

/** The ids of all checks that the page shows, in its order. */
export function orderOfPage(element: Element): readonly string[] {
  const shown = holderOf(element)?.querySelectorAll<HTMLElement>('[data-row]') ?? [];
  const known = checksOfPage(element);
  const ids = [...[...shown].map(({ dataset }) => dataset.row ?? ''), ...known.keys()];
  return [...new Set(ids)].filter((id) => known.has(id));
}

const pictures = new Map<string, Promise<PictureRules>>();

/** What the pictures of the writeup are redrawn from. Rejects when it cannot be read; the next call tries again. */
export function picturesOfPage(element: Element): Promise<PictureRules> {
  const address = addressOf(`/${writeupOfPage(element)}/pictures.json`);
  const own = pictures.get(address) ?? fetch(address).then((answer): Promise<PictureRules> => answer.json());
  pictures.set(address, own);
  own.catch(() => pictures.delete(address));
  return own;
}
