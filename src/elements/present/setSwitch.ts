import { keyOf, type Switch } from '../base/switches.ts';

/** Sets `data-predict-first` or `data-keep-open` of the column. */
export function setSwitch(column: Element, name: Switch, on: boolean): void {
  column.toggleAttribute(`data-${name}`, on);
  try {
    if (on) localStorage.setItem(keyOf(name), 'on');
    else localStorage.removeItem(keyOf(name));
  } catch {
    // The choice holds for this page only.
  }
}
