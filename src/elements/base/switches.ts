/** Switches of the whole page: an attribute of its column, kept by this browser. */

export type Switch = 'predict-first' | 'keep-open';

/** Where this browser keeps it. */
export const keyOf = (name: Switch) => `vantage-${name}`;

export function isOn(name: Switch): boolean {
  try {
    return localStorage.getItem(keyOf(name)) !== null;
  } catch {
    // Storage is switched off.
    return false;
  }
}
