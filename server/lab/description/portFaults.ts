/** Two services that would listen in the same place, in the base or in a condition. */
import { desiredState, type Place, placeOf } from './desiredState.ts';
import type { Condition, LabFile } from './description.ts';

/** Two services of one namespace that would listen in the same place, in these conditions. */
export function portFaults(
  lab: Pick<LabFile, 'services'>,
  layers: readonly Condition[],
): { readonly name: string; readonly message: string }[] {
  const listening = [...desiredState(lab, layers).services].map(([name, { listen }]) => ({
    ...{ name, listen, on: lab.services[name]?.on, place: placeOf(listen) },
  }));
  return listening.flatMap((one, at) => {
    const other = listening.slice(0, at).find(({ on, place }) => on === one.on && overlap(place, one.place));
    if (other === undefined) return [];
    const message = `expected a port of its own for ${one.name}, found ${one.listen}, where ${other.name} listens (${other.listen}); write another one`;
    return [{ name: one.name, message }];
  });
}

function overlap(one: Place, other: Place): boolean {
  if ('path' in one || 'path' in other) return 'path' in one && 'path' in other && one.path === other.path;
  const anywhere = [one.host, other.host].includes('0.0.0.0');
  return one.port === other.port && (anywhere || one.host === other.host);
}
