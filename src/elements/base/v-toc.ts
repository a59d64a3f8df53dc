/** Marks the section that is being read in the list of sections. */
import { LiveElement } from './LiveElement.ts';

class VToc extends LiveElement {
  protected connect(signal: AbortSignal): void {
    const links = [...this.querySelectorAll<HTMLAnchorElement>('a[href^="#"]')];
    const sections = links.flatMap((link) => {
      const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
      return heading === null ? [] : [{ link, heading }];
    });
    const mark = () => {
      const passed = sections.filter(
        ({ heading }) => heading.getBoundingClientRect().top < innerHeight * 0.3,
      );
      const current = passed.at(-1)?.link;
      for (const { link } of sections)
        if (link === current) link.setAttribute('aria-current', 'location');
        else link.removeAttribute('aria-current');
    };
    let waiting = false;
    addEventListener(
      'scroll',
      () => {
        if (waiting) return;
        waiting = true;
        requestAnimationFrame(() => {
          waiting = false;
          mark();
        });
      },
      { signal, passive: true },
    );
    mark();
  }
}

customElements.define('v-toc', VToc);
