/** Which Host and Origin may talk to this server. A page from elsewhere, and a name rebound to us, are refused on every route. */

export type Guard = {
  host(host: string | undefined): boolean;
  /** Scheme, host and port of the address that this host belongs to: what absolute links begin with. */
  originOf(host: string | undefined): string | undefined;
  /** For the socket: a browser always sends Origin, so a missing one is refused as well. */
  origin(origin: string | undefined): boolean;
};

/** `extra` are further full origins (scheme, host and port), for instance of a reverse proxy. Throws on anything else. */
export function createGuard(port: number, extra: readonly string[]): Guard {
  // As a browser says them: without the port that their scheme has anyway.
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
  // A host is the same in capitals, and with the port of its scheme or without it (RFC 9110, 4.2.3).
  const hosts = new Map(
    [...origins].flatMap((origin) => {
      const { host, hostname, port: own, protocol } = new URL(origin);
      const whole = `${hostname}:${own || (protocol === 'https:' ? '443' : '80')}`;
      return [host, whole].map((name) => [name, origin] as const);
    }),
  );
  const originOf = (host: string | undefined) =>
    host === undefined ? undefined : hosts.get(host.toLowerCase());
  return {
    host: (host) => originOf(host) !== undefined,
    originOf,
    origin: (origin) => origin !== undefined && origins.has(origin),
  };
}
