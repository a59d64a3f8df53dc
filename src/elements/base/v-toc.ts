/** Marks the section that is being read in the list of sections. */
import { LiveElement } from './LiveElement.ts';

class VToc extends LiveElement {
  protected connect(signal: AbortSignal): void {
    const sections = [...this.querySelectorAll<HTMLAnchorElement>('a[href^="#"]')].flatMap((link) => {
      const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
      return heading === null ? [] : [{ link, heading }];
    });
    const mark = () => {
      const current = sections.findLast(
        ({ heading }) => heading.getBoundingClientRect().top < innerHeight * 0.3,
      );
      for (const section of sections)
        if (section === current) section.link.setAttribute('aria-current', 'location');
        else section.link.removeAttribute('aria-current');
    };
    // Called now, and whenever a heading passes that line.
    const observer = new IntersectionObserver(mark, { rootMargin: '0px 0px -70%' });
    for (const { heading } of sections) observer.observe(heading);
    signal.addEventListener('abort', () => observer.disconnect());
  }
}

customElements.define('v-toc', VToc);
