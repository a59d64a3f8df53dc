/** The menu beside Run all, and the bar that says who presents. What they do is loaded when it is wanted. */
import { define } from '../base/LiveElement.ts';
import { isOn, type Switch } from '../base/switches.ts';
import { setSwitch } from './setSwitch.ts';

define('v-more', (element, signal) => {
  const menu = element.querySelector('details');
  const column = element.closest<HTMLElement>('[data-writeup]');
  if (menu === null || column === null) return;
  for (const name of ['predict-first', 'keep-open'] satisfies Switch[]) setSwitch(column, name, isOn(name));
  /** The address asks to follow the presenter. */
  const follows = new URLSearchParams(location.search).has('follow');
  let loading: Promise<void> | undefined;
  const load = () =>
    (loading ??= import('./menu.ts').then(({ wireMenu }) => {
      early.abort();
      if (session && !signal.aborted) wireMenu(element, menu, column, session, follows, signal);
    }));
  // A press that comes before all is loaded is not lost.
  const early = new AbortController();
  const press = ({ target }: Event) => {
    const button = target instanceof Element ? target.closest('button') : null;
    if (button) void load().then(() => button.click());
  };
  menu.addEventListener('click', press, { signal: early.signal });
  menu.addEventListener('toggle', () => void load(), { signal, once: true });
  const session = element.session(signal, ({ state }) => {
    if (state.presenting !== null) void load();
  });
  if (follows || isOn('predict-first')) void load();
});
