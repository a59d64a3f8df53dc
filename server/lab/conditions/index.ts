/** All conditions, by name, and how a cause and a remedy go together. `base` is the state that they start from. */

import { asDocumented } from './as-documented.ts';
import type { Base, Condition } from './condition.ts';
import { fixBindEth2 } from './fix-bind-eth2.ts';
import { fixLocalRoute, fixLocalRule } from './fix-local.ts';
import { fixNat, fixNatPortProxy } from './fix-nat.ts';
import { fixNginxLoopback, fixNginxSocket } from './fix-nginx.ts';
import { healthy } from './healthy.ts';
import { inputFirewallDrop, inputFirewallReject } from './input-firewall.ts';
import { portNotReservedHostLoopback } from './port-not-reserved-host-loopback.ts';
import { portNotReserved } from './port-not-reserved.ts';
import { proxyVariable } from './proxy-variable.ts';

export { type Condition, commandsOf } from './condition.ts';

const base: Base = {
  ...portNotReserved,
  kind: 'base',
  name: 'base',
  title: 'Base',
  about:
    'Mirrored mode as WSL sets it, before any condition: what every condition starts from, and what is left when it is taken back. It is the same state as port-not-reserved.',
};

/** In the order in which a reader meets them. */
export const conditions: readonly Condition[] = [
  base,
  asDocumented,
  portNotReserved,
  portNotReservedHostLoopback,
  healthy,
  inputFirewallDrop,
  inputFirewallReject,
  proxyVariable,
  fixBindEth2,
  fixNginxLoopback,
  fixNginxSocket,
  fixNat,
  fixNatPortProxy,
  fixLocalRule,
  fixLocalRoute,
];

/** What the lab can be put in: a cause, and on top of it a remedy or none. `layers` are put on in order, and taken back in reverse. */
export type Combination = { readonly name: string; readonly layers: readonly Condition[] };

/** The combination, or an error that names what there is. A remedy may also stand in the name: `cause+remedy`. */
export function combinationOf(cause: string, remedy?: string): Combination {
  const [below = '', above = remedy, ...rest] = remedy === undefined ? cause.split('+') : [cause];
  const first = conditions.find(({ name }) => name === below);
  if (rest.length > 0 || first === undefined || first.kind === 'remedy') {
    const known = namesOf((condition) => condition.kind !== 'remedy');
    const hint = first?.kind === 'remedy' ? ', a remedy, which needs a cause before it' : '';
    throw new Error(`expected one of ${known}; found condition "${cause}"${hint}`);
  }
  if (above === undefined) return { name: first.name, layers: [first] };
  const second = conditions.find(({ name }) => name === above);
  if (second?.kind !== 'remedy') {
    const known = namesOf((condition) => condition.kind === 'remedy');
    throw new Error(`expected one of the remedies ${known}; found "${above}"`);
  }
  if (!second.for.includes(first.name)) {
    throw new Error(
      `expected ${second.name} on top of one of ${second.for.join(', ')}; found ${first.name}, for which it is not meant`,
    );
  }
  return { name: `${first.name}+${second.name}`, layers: [first, second] };
}

/** Every cause, alone and with each remedy that is meant for it. */
export const combinations: readonly Combination[] = conditions.flatMap((cause) =>
  cause.kind === 'cause'
    ? [
        combinationOf(cause.name),
        ...conditions.flatMap((one) =>
          one.kind === 'remedy' && one.for.includes(cause.name) ? [combinationOf(cause.name, one.name)] : [],
        ),
      ]
    : [],
);

const namesOf = (wanted: (condition: Condition) => boolean): string =>
  conditions
    .filter(wanted)
    .map(({ name }) => name)
    .join(', ');
