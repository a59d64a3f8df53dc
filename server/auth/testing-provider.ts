/** A real provider of OpenID Connect on loopback, and a browser that signs in there, for tests and the soak. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';
import { ROOT_BASE } from '../../src/core/text/base.ts';
import { effectCheck, type AuthServer, startAuthServer } from './testing.ts';

export type TestProvider = {
  readonly issuer: string;
  /** Takes sign-ins of the client that comes back here. */
  serve(callback: string, secret: string): void;
  close(): Promise<void>;
  comeBack(): Promise<void>;
};

export const secretEnv = 'VANTAGE_TEST_OIDC_SECRET';
export const oidcFile = (issuer: string, groups: string): string => `oidc:
  issuer: ${issuer}
  clientId: docs
  clientSecretEnv: ${secretEnv}
  scope: openid profile groups
  groups:
${groups}`;

type ClaimsOf = (id: string) => { readonly preferred_username: string; readonly groups: string[] };

/** A server whose people sign in at a provider of its own: `dev` may read, `sre` run what reads. */
export async function houseAtProvider(
  claimsOf: ClaimsOf,
  path = ROOT_BASE,
): Promise<{ readonly provider: TestProvider; readonly open: AuthServer }> {
  const secret = 'a-secret-of-the-test-only-0123456789';
  process.env[secretEnv] = secret;
  const provider = await openProvider(claimsOf);
  const open = await startAuthServer(
    [effectCheck('reads', 'read'), effectCheck('sends', 'send')],
    'oidc',
    oidcFile(provider.issuer, '    dev: [view]\n    sre: [run:read]\n'),
    { path },
  );
  provider.serve(`${open.base}/login/callback`, secret);
  return { provider, open };
}

/** Everybody who can type a name has an account; `claimsOf` says what is told of them. */
export async function openProvider(claimsOf: ClaimsOf): Promise<TestProvider> {
  const server = createServer();
  // It says at length that it is not set up for production.
  const { warn, info } = console;
  const listen = async (port: number) => {
    Object.assign(console, { warn() {}, info() {} });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const issuer = `http://127.0.0.1:${port}`;
  return {
    issuer,
    serve(callback, secret) {
      const provider = new Provider(issuer, {
        clients: [{ client_id: 'docs', client_secret: secret, redirect_uris: [callback] }],
        claims: { openid: ['sub'], profile: ['preferred_username'], groups: ['groups'] },
        scopes: ['openid', 'profile', 'groups'],
        cookies: { keys: ['test'] },
        pkce: { required: () => true },
        findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...claimsOf(id) }) }),
      });
      server.on('request', provider.callback());
    },
    async close() {
      if (!server.listening) return;
      Object.assign(console, { warn, info });
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
    comeBack: () => listen(port),
  };
}

export type Browser = {
  ask(url: string, init?: RequestInit): Promise<Response>;
  /** Follows redirects until a page, or an address that begins like this. */
  follow(start: string, stopBefore?: string): Promise<Place>;
  /** Signs in under this name; `tamper` changes the address of the provider on the way there. */
  signIn(name: string, stopBefore?: string, tamper?: (url: URL) => URL): Promise<Place>;
  readonly visited: readonly string[];
  cookies(origin: string): ReadonlyMap<string, string>;
};
type Place = { readonly url: string; readonly answer: Response | undefined };

/** Without a script: keeps cookies for each host, goes where it is sent, fills in the provider's forms. `base`: the server. */
export function createBrowser(base: string): Browser {
  const jars = new Map<string, Map<string, string>>();
  const visited: string[] = [];
  const ask = async (url: string, init: RequestInit = {}): Promise<Response> => {
    visited.push(url);
    const origin = url.startsWith(base) ? base : new URL(url).origin;
    const jar = jars.get(origin) ?? new Map<string, string>();
    jars.set(origin, jar);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { accept: 'text/html', ...(cookie === '' ? {} : { cookie }), ...init.headers };
    const answer = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const set of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (value === '') jar.delete(name);
      else jar.set(name, value);
    }
    return answer;
  };
  const follow = async (start: string, stopBefore = ' '): Promise<Place> => {
    let url = start;
    for (;;) {
      if (url.startsWith(stopBefore)) return { url, answer: undefined };
      const answer = await ask(url);
      const to = answer.headers.get('location');
      if (to === null) return { url, answer };
      url = new URL(to, url).href;
    }
  };
  const signIn = async (name: string, stopBefore = ' ', tamper = (url: URL) => url): Promise<Place> => {
    const begun = await ask(`${base}/login/start?to=/runs/`);
    let at = await follow(tamper(new URL(begun.headers.get('location') ?? '')).href, stopBefore);
    const forms = [{ prompt: 'login', login: name, password: 'x' }, { prompt: 'consent' }];
    for (const form of forms) {
      const [, action = ''] = /<form[^>]+action="([^"]+)"/.exec((await at.answer?.text()) ?? '') ?? [];
      const sent = await ask(new URL(action, at.url).href, {
        method: 'POST',
        body: new URLSearchParams(form),
      });
      at = await follow(new URL(sent.headers.get('location') ?? '', at.url).href, stopBefore);
    }
    return at;
  };
  return { ask, follow, signIn, visited, cookies: (origin) => jars.get(origin) ?? new Map() };
}
