/** The services, variables and moved machines that conditions want together. Pure; bringing them about is left to `services.ts` and `runningLab.ts`. */
import type { Condition, LabDescription, Service } from './description.ts';

export type ServiceSettings = Pick<Service, 'listen' | 'tls' | 'arguments'>;
export type Variables = Readonly<Record<string, string>>;

export type DesiredState = {
  /** In the order of the description. */
  readonly services: ReadonlyMap<string, ServiceSettings>;
  /** By machine. */
  readonly environments: ReadonlyMap<string, Variables>;
  /** Machines that are reached another way than in the base. */
  readonly moved: ReadonlySet<string>;
};

/** A later layer has the last word. */
export function desiredState(
  { services }: Pick<LabDescription, 'services'>,
  layers: readonly Condition[],
): DesiredState {
  const wanted = new Map<string, ServiceSettings>();
  for (const [name, { listen, tls, arguments: given, optional }] of Object.entries(services)) {
    const changes = layers.flatMap((layer) => layer.services[name] ?? []);
    if ((optional && changes.length === 0) || changes.some(({ off }) => off)) continue;
    const settings = { listen, tls, arguments: given };
    for (const change of changes) {
      settings.listen = change.listen ?? settings.listen;
      settings.tls = change.tls ?? settings.tls;
      settings.arguments = { ...settings.arguments, ...change.arguments };
    }
    wanted.set(name, settings);
  }
  return {
    services: wanted,
    environments: new Map(layers.flatMap(({ environment }) => Object.entries(environment))),
    moved: new Set(layers.flatMap(({ moves }) => moves)),
  };
}

export type Place = { readonly host: string; readonly port: number } | { readonly path: string };

/** Where something listens: an address and a port, or a Unix socket. */
export function placeOf(listen: string): Place {
  if (listen.startsWith('/')) return { path: listen };
  const [host = '', port = ''] = listen.split(':');
  return { host, port: Number(port) };
}
