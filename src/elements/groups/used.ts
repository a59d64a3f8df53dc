/** The elements that only answer a reader: loaded together, with the first movement, key, touch or scroll. */
import '../paste/v-paste.ts';
import '../present/v-more.ts';
import '../run/v-row.ts';
import { copyOnClick } from '../base/clipboard.ts';
import { define } from '../base/LiveElement.ts';
import { closeOnEscape } from '../base/closeOnEscape.ts';

define('v-copy', (element, signal) => {
  const button = element.querySelector('button');
  const source = element.querySelector('pre');
  if (button === null || source === null) return;
  button.hidden = false;
  copyOnClick(button, () => source.textContent ?? '', source, signal);
  // A copied report links to its record: the server is told to keep it.
  const { tells } = element.dataset;
  if (tells !== undefined)
    button.addEventListener('click', () => void fetch(tells, { method: 'HEAD' }).catch(() => {}), {
      signal,
    });
});

define('v-menu', (element, signal) => {
  const menu = element.querySelector('details');
  if (menu === null) return;
  const close = ({ target }: Event) => {
    if (target instanceof HTMLAnchorElement) menu.open = false;
  };
  menu.addEventListener('click', close, { signal });
  closeOnEscape(menu, signal);
  const search = element.querySelector<HTMLElement>('.search');
  const open = async () => search && (await import('../base/searchBox.ts')).openSearch(search, signal);
  // The focus is what loads this element, where it is the first that a reader does.
  if (search?.contains(document.activeElement)) void open();
  else search?.addEventListener('focusin', () => void open(), { once: true, signal });
});

define('v-toc', (element, signal) => {
  const sections = [...element.querySelectorAll<HTMLAnchorElement>('a[href^="#"]')].flatMap((link) => {
    const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    // To ask where a heading lies would lay out the chapter around it.
    return heading === null ? [] : [{ link, place: heading.closest('.chapter') ?? heading }];
  });
  const mark = () => {
    const current = sections.findLast(({ place }) => place.getBoundingClientRect().top < innerHeight * 0.3);
    for (const section of sections)
      if (section === current) section.link.setAttribute('aria-current', 'location');
      else section.link.removeAttribute('aria-current');
  };
  // Called now, and whenever one passes that line.
  const observer = new IntersectionObserver(mark, { rootMargin: '0px 0px -70%' });
  for (const { place } of sections) observer.observe(place);
  signal.addEventListener('abort', () => observer.disconnect());
});
