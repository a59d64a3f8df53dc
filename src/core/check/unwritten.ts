/** Places that `vantage new check` leaves to the author: a text that begins with `TODO`. The build refuses them, so none is published. */
import type { Check } from './check.ts';
import { fault, type Fault, type Path } from './fault.ts';

export const TODO = 'TODO:';

export function unwrittenFaults(check: Check): readonly Fault[] {
  const { title, claim, documented, steps, controls, outcomes, otherwise } = check;
  const find = (found: unknown, path: Path): readonly Fault[] => {
    if (typeof found === 'string')
      return found.startsWith(TODO)
        ? [fault(path, `still to be written:${found.slice(TODO.length)}; write it in place of "${TODO} …"`)]
        : [];
    if (typeof found !== 'object' || found === null) return [];
    const isList = Array.isArray(found);
    return Object.entries(found).flatMap(([key, value]) =>
      find(value, [...path, isList ? Number(key) : key]),
    );
  };
  return find({ title, claim, documented, steps, controls, outcomes, otherwise }, []);
}
