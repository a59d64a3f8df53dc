/** The menu beside Run all, and the bar that says who presents. What they start is loaded when it is wanted. */
import type { Mode } from '../../client/view/present.ts';
import type { Session } from '../../client/session/session.ts';
import { LiveElement } from '../base/LiveElement.ts';
import { isOn, setSwitch, type Switch } from '../base/switches.ts';
import type { Presentations } from './presentations.ts';

export class VMore extends LiveElement {
  protected connect(signal: AbortSignal): void {
    const menu = this.querySelector('details');
    const column = this.closest<HTMLElement>('[data-writeup]');
    if (menu === null || column === null) return;
    this.hidden = false;
    let presentations: Promise<Presentations> | undefined;
    /** The address asks to follow the presenter. */
    const follows = new URLSearchParams(location.search).has('follow');
    const load = (own: Session) =>
      (presentations ??= import('./presentations.ts').then(({ presentationsOf }) =>
        presentationsOf(this, column, own, follows, signal),
      ));
    const session = this.session(signal, (own) => {
      if (own.state.presenting !== null || follows) load(own);
    });
    if (session === undefined) return;
    let stop: AbortController | undefined;
    const predict = async (on: boolean) => {
      stop?.abort();
      if (!on) return;
      const own = new AbortController();
      stop = own;
      signal.addEventListener('abort', () => own.abort());
      const { startPredicting } = await import('../run/predict.ts');
      if (!own.signal.aborted) startPredicting(column, session, own.signal);
    };
    const wire = async () => {
      let early: Element | null | undefined;
      const loading = new AbortController();
      const remember = ({ target }: Event) => {
        if (target instanceof Element) early = target.closest('button') ?? early;
      };
      menu.addEventListener('click', remember, { signal: loading.signal });
      const { wireMenu } = await import('./menu.ts');
      loading.abort();
      const present = (mode: Mode) => void load(session).then(({ open }) => open(mode));
      const switched = (name: Switch, on: boolean) => void (name === 'predict-first' && predict(on));
      wireMenu(menu, session, { present, switched }, signal);
      // A press that came before all was loaded is not lost.
      if (early instanceof HTMLElement) early.click();
    };
    menu.addEventListener('toggle', () => void wire(), { signal, once: true });
    for (const name of ['predict-first', 'keep-open'] satisfies Switch[]) setSwitch(column, name, isOn(name));
    if (isOn('predict-first')) void predict(true);
  }
}

customElements.define('v-more', VMore);
