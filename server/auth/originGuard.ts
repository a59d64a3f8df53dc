/** Rejects cross-origin requests and DNS rebinding on every route. */

import { ROOT_BASE } from '../../src/core/text/base.ts';

export type OriginGuard = ReturnType<typeof createOriginGuard>;

/** `extra`: further origins, for instance of a reverse proxy; throws if one is not scheme, host and port. `base`: the path of the site there. */
export function createOriginGuard(port: number, extra: readonly string[], base = ROOT_BASE) {
  // As browsers write them: without their scheme's default port.
  const origins = new Set(
    ['127.0.0.1', 'localhost', '[::1]'].map((name) => new URL(`http://${name}:${port}`).origin),
  );
  for (const origin of extra) {
    const url = URL.canParse(origin) ? new URL(origin) : undefined;
    if (!url || url.origin !== origin)
      throw new Error(
        `--origin: expected scheme, host and port like https://docs.example.org, found "${origin}"`,
      );
    origins.add(origin);
  }
  // A host may come in capitals, and with or without its scheme's default port (RFC 9110, 4.2.3).
  const hosts = new Map(
    [...origins].flatMap((origin) => {
      const { host, hostname, port: own, protocol } = new URL(origin);
      const whole = `${hostname}:${own || (protocol === 'https:' ? '443' : '80')}`;
      return [host, whole].map((name) => [name, origin] as const);
    }),
  );
  /** The origin of a host, for absolute links. */
  const originOf = (host: string | undefined) =>
    host === undefined ? undefined : hosts.get(host.toLowerCase());
  return {
    allowsHost: (host: string | undefined) => originOf(host) !== undefined,
    originOf,
    base,
    /** Absolute links begin with it, and go on with a path like `/runs/`. */
    siteOf: (host: string | undefined) => `${originOf(host) ?? ''}${base.slice(0, -1)}`,
    /** False for a missing Origin: browsers always send one with an upgrade. */
    allowsOrigin: (origin: string | undefined): boolean => origin !== undefined && origins.has(origin),
  };
}
