/** A box and the links that it finds: arrows go through them, Enter follows the first, Escape empties the box. */
import { addressOf } from '../../client/state/address.ts';
import { search, type SearchEntry } from '../../core/text/search.ts';
import { node } from './dom.ts';

const MOST_SHOWN = 12;

/** `box` has an input; the links and the count appear below it. */
export async function openSearch(box: HTMLElement, signal: AbortSignal): Promise<void> {
  const input = box.querySelector('input');
  if (input === null) return;
  const list = node('ul', {});
  const count = node('p', { role: 'status', class: 'search-count' });
  box.append(count, list);
  const entries = await fetchEntries();
  if (signal.aborted) return;
  const links = () => [...list.querySelectorAll('a')];
  const show = () => {
    const found = entries === undefined ? [] : search(entries, input.value);
    box.toggleAttribute('data-searching', input.value.trim() !== '');
    list.replaceChildren(...found.slice(0, MOST_SHOWN).map(item));
    count.textContent =
      input.value.trim() === ''
        ? ''
        : entries === undefined
          ? 'The search needs the server.'
          : words(found.length);
  };
  input.addEventListener('input', show, { signal });
  const press = (event: KeyboardEvent) => {
    const all = links();
    const at = all.findIndex((link) => link.matches(':focus'));
    if (event.key === 'Enter' && event.target === input) all[0]?.click();
    else if (event.key === 'ArrowDown') (all[at + 1] ?? all.at(-1))?.focus();
    else if (event.key === 'ArrowUp') (all[at - 1] ?? input).focus();
    else if (event.key === 'Escape' && input.value !== '') {
      input.value = '';
      show();
      input.focus();
      // The first press empties the box, the second closes the menu around it.
      event.stopPropagation();
    } else return;
    event.preventDefault();
  };
  box.addEventListener('keydown', press, { signal });
  show();
}

async function fetchEntries(): Promise<readonly SearchEntry[] | undefined> {
  try {
    const answer = await fetch(addressOf('/search.json'));
    return answer.ok ? ((await answer.json()) as readonly SearchEntry[]) : undefined;
  } catch {
    return undefined;
  }
}

const words = (found: number): string =>
  found > MOST_SHOWN ? `${MOST_SHOWN} of ${found} found` : found === 0 ? 'Nothing found' : `${found} found`;

const item = ({ href, title, within, commands }: SearchEntry): HTMLElement => {
  const [command] = commands?.split('\n') ?? [];
  const under = [
    command === undefined ? undefined : node('code', {}, command),
    within === undefined ? undefined : node('small', {}, within),
  ];
  return node('li', {}, node('a', { href }, title, ...under));
};
