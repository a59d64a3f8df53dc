/** What does not fit together in the description of a lab: names that lead nowhere, things that are there twice. Pure; files and lines are left to `content/loadLab.ts`. */
import { AS_DOCUMENTED } from '../../src/core/vocabulary.ts';
import { combinationsOf, baseOf } from './conditions.ts';
import { desiredState, placeOf } from './desiredState.ts';
import {
  type Block,
  completeConditions,
  type ConditionsFile,
  type LabFile,
  namespacesOf,
  serverNamespace,
} from './description.ts';

type Path = readonly (string | number)[];
export type Fault = { readonly path: Path; readonly say: string };

const unknown = (path: Path, what: string, found: string, known: readonly string[]): Fault[] =>
  known.includes(found)
    ? []
    : [
        {
          path,
          say: `expected ${what} (${known.join(', ') || 'none'}), found "${found}"; write one of these or add it`,
        },
      ];

/** The second of two that are the same, each with its path. */
function twice(what: string, list: readonly { readonly path: Path; readonly value: string }[]): Fault[] {
  const seen = new Set<string>();
  return list.flatMap(({ path, value }) => {
    const first = !seen.has(value);
    seen.add(value);
    if (first) return [];
    return [{ path, say: `expected ${what} once, found "${value}" a second time; write another one` }];
  });
}

/** In `lab.yaml`. `programs` are the files beside it, `binaries` the programs of the packages that it lists. */
export function labFaults(
  lab: LabFile,
  programs: readonly string[],
  binaries: readonly string[],
): readonly Fault[] {
  const { machines, namespaces, switches, links, services } = lab;
  const names = namespacesOf(lab);
  const ends = links.flatMap((link, at) => link.map((end, side) => ({ end, path: ['links', at, side] })));
  return [
    ...twice('the name of a machine or namespace', [
      { path: [], value: serverNamespace },
      ...machines.map(({ name }, at) => ({ path: ['machines', at, 'name'], value: name })),
      ...namespaces.map(({ name }, at) => ({ path: ['namespaces', at, 'name'], value: name })),
    ]),
    ...twice('an address', [
      { path: ['docsServer', 'address'], value: lab.docsServer.address },
      ...machines.map(({ address }, at) => ({ path: ['machines', at, 'address'], value: address })),
    ]),
    ...twice(
      'a host name',
      machines.map(({ hostName }, at) => ({ path: ['machines', at, 'hostName'], value: hostName })),
    ),
    ...twice('an interface of a namespace', [
      ...switches.map((one, at) => ({ path: ['switches', at, 'name'], value: `${one.in} ${one.name}` })),
      ...ends.map(({ end, path }) => ({ path: [...path, 'interface'], value: `${end.in} ${end.interface}` })),
    ]),
    ...switches.flatMap((one, at) =>
      unknown(['switches', at, 'in'], 'a machine or namespace', one.in, names),
    ),
    ...ends.flatMap(({ end, path }) => [
      ...unknown([...path, 'in'], 'a machine or namespace', end.in, names),
      ...(end.switch === undefined
        ? []
        : unknown(
            [...path, 'switch'],
            `a switch in ${end.in}`,
            end.switch,
            switches.filter((one) => one.in === end.in).map(({ name }) => name),
          )),
    ]),
    ...cycles(lab),
    ...[serverNamespace, ...machines.map(({ name }) => name)]
      .filter((name) => !ends.some(({ end }) => end.in === name))
      .map((name) => ({
        path: ['links'],
        say: `expected a link to ${name}, found none; write one, or nobody can reach it`,
      })),
    ...Object.entries(services).flatMap(([name, { on, program, needs }]) => [
      ...unknown(['services', name, 'on'], 'a machine or namespace', on, names.slice(1)),
      ...unknown(['services', name, 'program'], 'a program beside this file', program, programs),
      ...(needs === undefined
        ? []
        : unknown(['services', name, 'needs'], 'a program that packages.json lists', needs, binaries)),
    ]),
    ...portFaults(lab, []).map(({ name, say }) => ({ path: ['services', name, 'listen'], say })),
  ];
}

/** Switches that are joined in a ring: a broadcast would go round for ever. */
function cycles({ links }: LabFile): Fault[] {
  const group = new Map<string, string>();
  const root = (node: string): string => {
    const above = group.get(node);
    return above === undefined ? node : root(above);
  };
  return links.flatMap((ends, at) => {
    const [from, to] = ends.flatMap((end) =>
      end.switch === undefined ? [] : [root(`${end.in} ${end.switch}`)],
    );
    if (from === undefined || to === undefined) return [];
    if (from !== to) group.set(from, to);
    if (from !== to) return [];
    return [
      {
        path: ['links', at],
        say: 'expected one way between two switches, found that this link closes a cycle; remove it, or leave `switch` out at one end',
      },
    ];
  });
}

/** Two services of one namespace that would listen in the same place, in these conditions. */
function portFaults(
  lab: Pick<LabFile, 'services'>,
  layers: Parameters<typeof desiredState>[1],
): { readonly name: string; readonly say: string }[] {
  const listening = [...desiredState(lab, layers).services].map(([name, { listen }]) => ({
    ...{ name, listen, on: lab.services[name]?.on, place: placeOf(listen) },
  }));
  return listening.flatMap((one, at) => {
    const other = listening.slice(0, at).find(({ on, place }) => on === one.on && overlap(place, one.place));
    if (other === undefined) return [];
    const say = `expected a port of its own for ${one.name}, found ${one.listen}, where ${other.name} listens (${other.listen}); write another one`;
    return [{ name: one.name, say }];
  });
}

type Place = ReturnType<typeof placeOf>;
function overlap(one: Place, other: Place): boolean {
  if ('path' in one || 'path' in other) return 'path' in one && 'path' in other && one.path === other.path;
  const anywhere = [one.host, other.host].includes('0.0.0.0');
  return one.port === other.port && (anywhere || one.host === other.host);
}

/** In `conditions.yaml`, for a lab without faults. */
export function conditionFaults(lab: LabFile, file: ConditionsFile): readonly Fault[] {
  const { changes, conditions } = file;
  const machines = lab.machines.map(({ name }) => name);
  const causes = conditions.filter(({ kind }) => kind === 'cause').map(({ name }) => name);
  const blocks = (
    path: Path,
    { apply, undo }: { apply: readonly Block[]; undo: readonly Block[] },
  ): Fault[] => [
    ...[apply, undo].flatMap((list, side) =>
      list.flatMap(({ on }, at) =>
        unknown(
          [...path, side === 0 ? 'apply' : 'undo', at, 'on'],
          'a machine or namespace',
          on,
          namespacesOf(lab),
        ),
      ),
    ),
    ...(apply.length > 0 === undo.length > 0
      ? []
      : [{ path, say: 'expected both `apply` and `undo`, found one of them; write how each is taken back' }]),
  ];
  const own = conditions.flatMap((one, at) => {
    if (one.kind === 'base') return [];
    const path = ['conditions', at];
    return [
      ...blocks(path, one),
      ...one.uses.flatMap((name, n) =>
        unknown([...path, 'uses', n], 'a name of `changes`', name, Object.keys(changes)),
      ),
      ...Object.keys(one.services).flatMap((name) =>
        unknown([...path, 'services', name], 'a service of lab.yaml', name, Object.keys(lab.services)),
      ),
      ...Object.keys(one.environment).flatMap((name) =>
        unknown([...path, 'environment', name], 'a machine of lab.yaml', name, machines),
      ),
      ...one.moves.flatMap((name, n) =>
        unknown([...path, 'moves', n], 'a machine of lab.yaml', name, machines),
      ),
      ...(one.kind === 'remedy'
        ? one.for.flatMap((name, n) => unknown([...path, 'for', n], 'a cause', name, causes))
        : []),
    ];
  });
  const bases = conditions.filter(({ kind }) => kind === 'base').length;
  const faults = [
    ...twice(
      'the name of a condition',
      conditions.map(({ name }, at) => ({ path: ['conditions', at, 'name'], value: name })),
    ),
    ...(bases === 1 && conditions[0]?.kind === 'base'
      ? []
      : [
          {
            path: ['conditions'],
            say: `expected the first condition and no other to be of kind: base, found ${bases}; write it first`,
          },
        ]),
    ...(causes.includes(AS_DOCUMENTED)
      ? []
      : [
          {
            path: ['conditions'],
            say: `expected a cause named ${AS_DOCUMENTED}, found none; write the state that the page documents, in which the lab starts`,
          },
        ]),
    ...Object.entries(changes).flatMap(([name, change]) => blocks(['changes', name], change)),
    ...own,
  ];
  if (faults.length > 0) return faults;
  const complete = { conditions: completeConditions(file) };
  const [clash] = [baseOf(complete), ...combinationsOf(complete)].flatMap(({ name, layers }) =>
    portFaults(lab, layers).map(({ say }) => ({ name: layers.at(-1)?.name, say: `in ${name}: ${say}` })),
  );
  if (clash === undefined) return [];
  return [{ path: ['conditions', conditions.findIndex(({ name }) => name === clash.name)], say: clash.say }];
}
