/** Faults in the texts that a reader gets: a `{name}` that no value fills would stand on the page as it is. */
import type { Check } from './check.ts';
import type { Fault } from './fault.ts';

/** Each `{name}` of `observed` and `means` that leads nowhere. Where nothing was concluded, no value may be named. */
export function templateFaults({ outcomes, otherwise, values }: Check): readonly Fault[] {
  const known = Object.keys(values ?? {});
  const texts = [
    ...outcomes.map((text, index) => ({ at: ['outcomes', index], ...text })),
    { at: ['otherwise', 'agrees'], ...otherwise.agrees },
    { at: ['otherwise', 'differs'], ...otherwise.differs },
  ];
  return [
    ...texts.flatMap(({ at, observed, means }) => [
      ...namesOf(observed).flatMap((name) => leadsNowhere([...at, 'observed'], name, observed, known)),
      ...namesOf(means).flatMap((name) => leadsNowhere([...at, 'means'], name, means, known)),
    ]),
    ...namesOf(otherwise.inconclusive.means).map((name) => ({
      path: ['otherwise', 'inconclusive', 'means'],
      message: `{${name}} cannot be filled in here: where nothing was concluded, no value is known`,
    })),
  ];
}

const namesOf = (template: string): readonly string[] =>
  [...template.matchAll(/\{([a-z][a-z0-9-]*)\}/g)].map(([, name = '']) => name);

function leadsNowhere(
  path: Fault['path'],
  name: string,
  template: string,
  known: readonly string[],
): readonly Fault[] {
  if (known.includes(name)) return [];
  return [
    { path, message: `{${name}} in "${template}" is not a named value (${known.join(', ') || 'none'})` },
  ];
}
