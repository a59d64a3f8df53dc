/** Marks the section that is being read in the list of sections. */
import { define, LiveElement } from './LiveElement.ts';

class VToc extends LiveElement {
  protected connect(signal: AbortSignal): void {
    const sections = [...this.querySelectorAll<HTMLAnchorElement>('a[href^="#"]')].flatMap((link) => {
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
  }
}

define('v-toc', VToc);
