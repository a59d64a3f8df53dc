/** The mode of `--auth`, or why it cannot be used. Pure. */
import { BlockList, isIP } from 'node:net';

export type AuthChoice =
  { readonly mode: 'local' } | { readonly mode: 'token' | 'proxy' | 'oidc'; readonly file: string };

export const authByDefault: AuthChoice = { mode: 'local' };
export const modes = ['local', 'token', 'proxy', 'oidc'] as const;

export type AuthRequest = {
  readonly auth: string | undefined;
  readonly file: string | undefined;
  readonly host: string;
  readonly origins: readonly string[];
};

export function parseAuthChoice({
  auth = 'local',
  file,
  host,
  origins,
}: AuthRequest): AuthChoice | { readonly message: string } {
  const wrong = (message: string) => ({ message });
  const mode = modes.find((one) => one === auth);
  if (mode === undefined) return wrong(`--auth: expected one of ${modes.join(', ')}; found "${auth}".`);
  if (mode === 'local') {
    if (file !== undefined)
      return wrong(
        '--auth-file is for --auth token, proxy or oidc; say which. Without --auth nobody signs in.',
      );
    if (!isLoopback(host))
      return wrong(
        `--host ${host} opens the server to other machines, and without --auth everybody there could run the checks. Choose who may: --auth token --auth-file FILE (a token for each person; make one with: npx vantage token new NAME), --auth proxy (a reverse proxy signs people in) or --auth oidc (your provider does). Or leave --host out.`,
      );
    return { mode };
  }
  if (file === undefined)
    return wrong(
      `--auth ${mode} needs --auth-file FILE, which says who may do what.${mode === 'token' ? ' Make one with: npx vantage token new NAME --rights view,run:read --auth-file FILE' : ''}`,
    );
  const clear = origins.find((origin) => isOutside(origin) && new URL(origin).protocol === 'http:');
  if (clear !== undefined)
    return wrong(
      `--origin ${clear}: over plain http everybody on the way could read tokens and cookies. Put a proxy with TLS in front, and name its https address.`,
    );
  return { mode, file };
}

export function authWarning(choice: AuthChoice, origins: readonly string[]): string | undefined {
  const outside = origins.filter(isOutside);
  return choice.mode === 'local' && outside.length > 0
    ? `Nobody signs in here (--auth local): everybody who gets through ${outside.join(', ')} may run everything. With --auth proxy each person has a name and rights.`
    : undefined;
}

const isOutside = (origin: string): boolean =>
  URL.canParse(origin) && !isLoopback(new URL(origin).hostname.replace(/^\[|\]$/g, ''));

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

export function isLoopback(host: string): boolean {
  if (host === 'localhost') return true;
  const family = isIP(host);
  return family !== 0 && loopback.check(host, family === 6 ? 'ipv6' : 'ipv4');
}
