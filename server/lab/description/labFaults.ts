/** What does not fit together in a `lab.yaml`: its machines, links, switches and services. */
import { MOST_MEMBERS } from '../../../src/core/check/members.ts';
import { type LabFile, namespacesOf, roleIn, serverNamespace } from './description.ts';
import { type Fault, duplicateFaults, unknownNameFaults } from './faults.ts';
import { portFaults } from './portFaults.ts';

/** `programs` are the files beside it, `binaries` the programs of the packages that it lists. */
export function labFaults(
  lab: LabFile,
  programs: readonly string[],
  binaries: readonly string[],
): readonly Fault[] {
  const { machines, namespaces, switches, links, services } = lab;
  const names = namespacesOf(lab);
  const ends = links.flatMap((link, at) => link.map((end, side) => ({ end, path: ['links', at, side] })));
  return [
    ...duplicateFaults('the name of a machine or namespace', [
      { path: [], value: serverNamespace },
      ...machines.map(({ name }, at) => ({ path: ['machines', at, 'name'], value: name })),
      ...namespaces.map(({ name }, at) => ({ path: ['namespaces', at, 'name'], value: name })),
    ]),
    ...duplicateFaults('an address', [
      { path: ['docsServer', 'address'], value: lab.docsServer.address },
      ...machines.map(({ address }, at) => ({ path: ['machines', at, 'address'], value: address })),
    ]),
    ...duplicateFaults(
      'a host name',
      machines.map(({ hostName }, at) => ({ path: ['machines', at, 'hostName'], value: hostName })),
    ),
    ...duplicateFaults('an interface of a namespace', [
      ...switches.map((one, at) => ({ path: ['switches', at, 'name'], value: `${one.in} ${one.name}` })),
      ...ends.map(({ end, path }) => ({ path: [...path, 'interface'], value: `${end.in} ${end.interface}` })),
    ]),
    ...switches.flatMap((one, at) =>
      unknownNameFaults(['switches', at, 'in'], 'a machine or namespace', one.in, names),
    ),
    ...ends.flatMap(({ end, path }) => [
      ...unknownNameFaults([...path, 'in'], 'a machine or namespace', end.in, names),
      ...(end.switch === undefined
        ? []
        : unknownNameFaults(
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
        message: `expected a link to ${name}, found none; write one, or nobody can reach it`,
      })),
    ...Object.entries(services).flatMap(([name, { on, program, needs }]) => [
      ...unknownNameFaults(['services', name, 'on'], 'a machine or namespace', on, names.slice(1)),
      ...unknownNameFaults(['services', name, 'program'], 'a program beside this file', program, programs),
      ...(needs === undefined
        ? []
        : unknownNameFaults(
            ['services', name, 'needs'],
            'a program that packages.json lists',
            needs,
            binaries,
          )),
    ]),
    ...portFaults(lab, []).map(({ name, message }) => ({ path: ['services', name, 'listen'], message })),
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
        message:
          'expected one way between two switches, found that this link closes a cycle; remove it, or leave `switch` out at one end',
      },
    ];
  });
}

/** Several machines that play one role. `every`: the roles of which a check takes every machine. */
export const roleFaults = ({ machines }: LabFile, every: ReadonlySet<string>): readonly Fault[] =>
  [...Map.groupBy(machines.entries(), ([, machine]) => roleIn(machine))].flatMap(([role, own]) => {
    const most = every.has(role) ? MOST_MEMBERS : 1;
    const [at] = own[most] ?? [];
    if (at === undefined) return [];
    const message = every.has(role)
      ? `expected at most ${most} machines with the role ${role}, found ${own.length}; a check takes no more`
      : `expected one machine with the role ${role}, found ${own.map(([, one]) => one.name).join(', ')}; let one play it, or let a check take every one: \`every: ${role}\``;
    return [{ path: ['machines', at, 'role'], message }];
  });
