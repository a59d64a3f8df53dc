/** Switches of the whole page: an attribute of its column, kept by this browser. */

export type Switch = 'predict-first' | 'keep-open';

const keyOf = (name: Switch) => `vantage-${name}`;

export function isOn(name: Switch): boolean {
  try {
    return localStorage.getItem(keyOf(name)) !== null;
  } catch {
    // Storage is switched off.
    return false;
  }
}

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
