/** Rejects cross-origin requests and DNS rebinding on every route. */

export type OriginGuard = ReturnType<typeof createOriginGuard>;

/** `extra`: further origins, for instance of a reverse proxy. Throws if one is not scheme, host and port. */
export function createOriginGuard(port: number, extra: readonly string[]) {
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
    /** False for a missing Origin: browsers always send one with an upgrade. */
    allowsOrigin: (origin: string | undefined): boolean => origin !== undefined && origins.has(origin),
  };
}
