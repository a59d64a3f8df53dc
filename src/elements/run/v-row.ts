/** Opens a row below its line: with the terminal of its run, taken from the check's own page. */
import type { Session } from '../../client/session/session.ts';
import { checkStateOf, isBusy } from '../../client/state/state.ts';
import { node } from '../base/dom.ts';
import { defineClass, LiveElement } from '../base/LiveElement.ts';
import { loadElements } from '../base/loadElements.ts';

/** How long what *Run all* opened can be read after all has ended. */
const FOLD_MS = 1500;

class VRow extends LiveElement {
  /** Who opened it. What a run opened is closed again when all runs have ended and the row agrees. */
  #openedBy: 'reader' | 'run' | undefined;

  protected connect(signal: AbortSignal): void {
    const row = this.closest<HTMLElement>('[data-row]');
    const link = row?.querySelector<HTMLAnchorElement>('a.title');
    if (!row || !link) return;
    link.addEventListener(
      'click',
      (event) => {
        if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        if (this.#openedBy === undefined) this.#open(link, 'reader');
        else this.#close(link);
      },
      { signal },
    );
    row.addEventListener('v-run', () => this.#open(link, 'reader'), { signal });
    const openIfNamed = () => {
      if (location.hash !== `#${row.id}`) return;
      this.#open(link, 'reader');
      row.scrollIntoView();
    };
    addEventListener('hashchange', openIfNamed, { signal });
    openIfNamed();

    let isInSight = false;
    let wasBusy = false;
    let folding: ReturnType<typeof setTimeout> | undefined;
    signal.addEventListener('abort', () => clearTimeout(folding));
    const follow = ({ state }: Session) => {
      const check = checkStateOf(state, this.attribute('check'));
      const busy = isBusy(check);
      const hasEnded = wasBusy && !busy;
      wasBusy = busy;
      const agrees = check.last?.judgement.verdict === 'agrees';
      if (this.#openedBy === undefined) {
        if ((busy && isInSight) || (hasEnded && !agrees)) this.#open(link, 'run');
        return;
      }
      const keeps = this.closest<HTMLElement>('[data-writeup]')?.dataset.keepOpen !== undefined;
      const anyBusy = [...state.checks.values()].some(isBusy);
      const isOver = this.#openedBy === 'run' && agrees && !anyBusy && !keeps;
      if (isOver) folding ??= setTimeout(() => this.#openedBy === 'run' && this.#close(link), FOLD_MS);
      else {
        clearTimeout(folding);
        folding = undefined;
      }
    };
    const session = this.session(signal, follow);
    if (session === undefined) return;
    // A row that is out of sight does not open by itself: nobody would see it, and what is read would move.
    const sight = new IntersectionObserver((entries) => {
      isInSight = entries.at(-1)?.isIntersecting ?? false;
      if (isInSight) follow(session);
    });
    sight.observe(row);
    signal.addEventListener('abort', () => sight.disconnect());
  }

  #open(link: HTMLAnchorElement, by: 'reader' | 'run'): void {
    const wasOpen = this.#openedBy !== undefined;
    if (by === 'reader' || !wasOpen) this.#openedBy = by;
    if (wasOpen) return;
    this.#show(link, true);
    this.replaceChildren(node('p', { class: 'loading' }, 'Loading…'));
    // Beside the part: a quick run is over before both have come one after the other. Who needs it reports a failure.
    import('./terminal.ts').catch(() => {});
    const loading = import('./checkPart.ts').then(({ partOf }) => partOf(link.href));
    loading.then(
      (part) => {
        if (this.#openedBy === undefined) return;
        this.replaceChildren(part);
        loadElements(this);
      },
      (error: unknown) => {
        console.error(error);
        const page = node('a', { href: link.href }, 'its own page');
        this.replaceChildren(
          node(
            'p',
            { class: 'warn', role: 'alert' },
            'This row could not be loaded. Close it and try again, or open ',
            page,
            '.',
          ),
        );
      },
    );
  }

  #close(link: HTMLAnchorElement): void {
    this.#openedBy = undefined;
    this.#show(link, false);
    this.replaceChildren();
  }

  #show(link: HTMLAnchorElement, isOpen: boolean): void {
    link.setAttribute('aria-expanded', String(isOpen));
    this.closest('tr')?.toggleAttribute('hidden', !isOpen);
  }
}

defineClass('v-row', VRow);
