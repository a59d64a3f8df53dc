/** Draws a picture of a path as the overview says, and describes every segment. */
import { overviewOf } from '../../client/state/state.ts';
import { node, words } from '../base/dom.ts';
import { define, LiveElement } from '../base/LiveElement.ts';
import { checksOfPage, writeupOfPage } from '../base/pageChecks.ts';

class VPath extends LiveElement {
  protected connect(signal: AbortSignal): void {
    const name = this.attribute('picture');
    const known = checksOfPage(this);
    this.watch(
      signal,
      (state) => overviewOf(state)?.pictures[name],
      (view) => {
        if (view?.kind !== 'path') return;
        const figure = this.querySelector<HTMLElement>('.path-picture');
        if (figure !== null) figure.dataset.source = view.source;
        this.querySelector('.path-from')?.replaceChildren(view.from);
        for (const { segment, state, word, message, checks } of view.segments) {
          const places = `[data-segment="${segment}"]`;
          for (const place of this.querySelectorAll<HTMLElement | SVGElement>(places))
            place.dataset.state = state;
          const line = this.querySelector(`li${places}`);
          line?.querySelector('.path-state')?.replaceChildren(word);
          const links = checks.map((check) =>
            node('a', { href: `/${writeupOfPage(this)}/${check}/` }, known.get(check)?.title ?? check),
          );
          line?.querySelector('.path-why')?.replaceChildren(...words(message), ...links);
        }
      },
    );
  }
}

define('v-path', VPath);
