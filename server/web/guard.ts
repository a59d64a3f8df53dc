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
  const origins = new Set([`http://127.0.0.1:${port}`, `http://localhost:${port}`, `http://[::1]:${port}`]);
  for (const origin of extra) {
    const url = URL.canParse(origin) ? new URL(origin) : undefined;
    if (!url || url.origin !== origin)
      throw new Error(
        `--origin: expected scheme, host and port like https://docs.example.org, found "${origin}"`,
      );
    origins.add(origin);
  }
  const hosts = new Map([...origins].map((origin) => [new URL(origin).host, origin]));
  return {
    host: (host) => host !== undefined && hosts.has(host),
    originOf: (host) => (host === undefined ? undefined : hosts.get(host)),
    origin: (origin) => origin !== undefined && origins.has(origin),
  };
}
