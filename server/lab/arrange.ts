/** The processes and files that a condition needs beyond its operations: makes what runs be what is wanted. What is wanted is data in `conditions/`. */

import type { Condition, Listen, PortProxy } from './conditions/condition.ts';
import type { Door } from './doors.ts';
import { enter } from './enter.ts';
import type { KeyPair } from './keys.ts';
import { loginUser, type MachineName, servicePort } from './machines.ts';
import { mustHaveNginx, type Nginx, startNginx } from './nginx.ts';
import type { BackendOrder, LabStatus } from './protocol.ts';
import { must } from './run.ts';
import { placeText, type Service, startService } from './service.ts';
import type { Windows } from './windows.ts';

export type Wanted = {
  readonly listen: Listen;
  readonly upstream: string | null;
  readonly environments: ReadonlyMap<MachineName, Readonly<Record<string, string>>>;
  readonly proxy: PortProxy | null;
  /** Machines that are reached another way than in the base. */
  readonly moved: ReadonlySet<MachineName>;
};

/** What these conditions want together; a later one has the last word. */
export function wantedBy(layers: readonly Condition[]): Wanted {
  let listen: Listen = { at: 'port', address: '0.0.0.0', port: servicePort, tls: true };
  let upstream: string | null = null;
  let proxy: PortProxy | null = null;
  const environments = new Map<MachineName, Readonly<Record<string, string>>>();
  const moved = new Set<MachineName>();
  for (const part of layers.flatMap(({ parts }) => parts)) {
    if (part.kind === 'backend') listen = part.listen;
    else if (part.kind === 'nginx') upstream = part.upstream;
    else if (part.kind === 'port-proxy') proxy = part.proxy;
    else if (part.kind === 'environment') environments.set(part.on, part.variables);
    else moved.add(part.machine);
  }
  return { listen, upstream, environments, proxy, moved };
}

export type Arranger = {
  /** Throws before anything is changed when something that is wanted cannot be had. */
  check(wanted: Wanted): Promise<void>;
  arrange(wanted: Wanted): Promise<void>;
  /** Ends connections to machines that will be reached or set up otherwise, and lets new ones wait until the result is called. */
  hold(wanted: Wanted): Promise<() => void>;
  setBackend(order: BackendOrder): Promise<void>;
  backend(): LabStatus['backend'];
  /** The machine is gone, or there again. */
  lost(name: MachineName): Promise<void>;
  found(name: MachineName): Promise<void>;
  variablesOf(name: MachineName): Readonly<Record<string, string>>;
};

export type Means = {
  readonly holder: (name: MachineName) => number | undefined;
  readonly tls: KeyPair;
  readonly windows: Windows;
  readonly doors: ReadonlyMap<MachineName, Door>;
};

export function openArranger({ holder, tls, windows, doors }: Means): Arranger {
  let present = wantedBy([]);
  let service: Service | undefined;
  let serviceDown = 'it was not started';
  let told: 'run' | 'stop' = 'run';
  let nginx: Nginx | undefined;

  async function startBackend(listen: Listen): Promise<void> {
    const inside = holder('backend');
    if (inside === undefined)
      throw new Error('expected machine backend to be up, found it down; bring it up first');
    await service?.stop();
    const started = await startService(inside, listen, tls);
    service = started;
    void started.ended.then((said) => {
      if (service !== started) return;
      service = undefined;
      serviceDown = said || 'it has ended';
    });
  }

  async function stopBackend(): Promise<void> {
    await service?.stop();
    serviceDown = 'it was told to stop';
  }

  async function setBackend(order: BackendOrder): Promise<void> {
    const { listen } = present;
    if (typeof order === 'object' && listen.at === 'socket')
      throw new Error(
        `expected a backend on a port, found it on ${listen.path}; choose another condition first`,
      );
    told = order === 'stop' ? 'stop' : 'run';
    if (order === 'stop') return stopBackend();
    if (order === 'start') return service === undefined ? startBackend(listen) : undefined;
    return startBackend(listen.at === 'port' ? { ...listen, port: order.port } : listen);
  }

  async function setNginx(upstream: string | null): Promise<void> {
    const inside = holder('backend');
    if (upstream === null || inside === undefined) return;
    nginx = await startNginx(inside, upstream, tls);
  }

  async function setEnvironment(name: MachineName, next: Wanted): Promise<void> {
    const inside = holder(name);
    if (inside === undefined) return;
    const text = Object.entries(next.environments.get(name) ?? {}).map(([key, value]) => `${key}=${value}\n`);
    const file = `/home/${loginUser}/.ssh`;
    const script = text.length > 0 ? `mkdir -p ${file} && cat >${file}/environment` : `rm -rf ${file}`;
    await must(enter(inside, 'root', ['/bin/sh', '-c', script], 'inside'), { input: text.join('') });
  }

  async function arrange(next: Wanted): Promise<void> {
    const before = present;
    present = next;
    const otherNginx = next.upstream !== (nginx?.upstream ?? null);
    if (otherNginx) {
      await nginx?.stop();
      nginx = undefined;
    }
    const fits = service !== undefined && placeText(next.listen) === placeText(before.listen);
    if (!fits && told === 'run' && holder('backend') !== undefined) await startBackend(next.listen);
    if (otherNginx) await setNginx(next.upstream);
    await windows.arrange(next.proxy);
    for (const name of named(before, next)) await setEnvironment(name, next);
  }

  /** Connections lead to a machine as it was, and sessions on them have the variables of their start. */
  async function hold(next: Wanted): Promise<() => void> {
    const names = [...named(present, next), ...present.moved, ...next.moved];
    const held = [...new Set(names)].map((name) => doors.get(name)?.hold());
    const releases = await Promise.all(held);
    return () => {
      for (const release of releases) release?.();
    };
  }

  return {
    arrange,
    hold,
    setBackend,
    async check({ upstream }) {
      const inside = holder('backend');
      if (upstream !== null && inside !== undefined) await mustHaveNginx(inside);
    },
    backend: () =>
      service === undefined
        ? { state: 'down', why: serviceDown }
        : { state: 'up', at: placeText(service.listen) },
    async lost(name) {
      if (name !== 'backend') return;
      await service?.ended;
      nginx = undefined;
    },
    async found(name) {
      if (present.environments.has(name)) await setEnvironment(name, present);
      if (name !== 'backend') return;
      told = 'run';
      await startBackend(present.listen);
      await setNginx(present.upstream);
    },
    variablesOf: (name) => present.environments.get(name) ?? {},
  };
}

/** The machines whose shells have variables in either. */
const named = (one: Wanted, other: Wanted): Set<MachineName> =>
  new Set([...one.environments.keys(), ...other.environments.keys()]);
