/** Mode `oidc`: people sign in at an OpenID Connect provider, by `openid-client`. Claims become a grant here. */
import type * as oidc from 'openid-client';
import { nameForm, type OidcFile } from '../identity/authSchema.ts';
import type { SharedSignIns, SignedIn } from '../identity/sharedSignIns.ts';
import { createPendingSignIns } from '../identity/pendingSignIn.ts';
import { visible } from '../../src/core/text/visibleText.ts';

export type Provider = ReturnType<typeof createProvider>;

/** The message is for the person who signs in. */
export class SignInError extends Error {}

const timeoutSeconds = 10;

export function createProvider(
  file: () => OidcFile | undefined,
  environment: Readonly<Record<string, string | undefined>>,
  time: () => number,
  shared?: SharedSignIns,
) {
  const pending = createPendingSignIns(time, shared);
  // Here, and not above: a server where nobody signs in so does without it.
  const library = import('openid-client');
  let known: { readonly for: string; readonly config: Promise<oidc.Configuration> } | undefined;

  const discovered = (): Promise<oidc.Configuration> => {
    const settings = file()?.oidc;
    if (settings === undefined) throw new SignInError('Signing in is not set up correctly just now.');
    const { issuer, clientId, clientSecretEnv } = settings;
    const which = JSON.stringify([issuer, clientId, clientSecretEnv]);
    if (known?.for !== which) {
      const secret = clientSecretEnv === undefined ? undefined : environment[clientSecretEnv];
      const config = library.then((oidc) => discover(oidc, settings, secret));
      known = { for: which, config };
      // A provider that did not answer is asked again the next time.
      config.catch(() => {
        if (known?.config === config) known = undefined;
      });
    }
    return known.config;
  };

  const providerNow = (): string => JSON.stringify([file()?.oidc.issuer, file()?.oidc.clientId]);

  return {
    /** Where the browser goes, and the cookie for its way back. Keeps nothing here. */
    async begin(callback: string, to: string) {
      const oidc = await library;
      const config = await discovered().catch(unreachable);
      const verifier = oidc.randomPKCECodeVerifier();
      const [state, nonce] = [oidc.randomState(), oidc.randomNonce()];
      const url = oidc.buildAuthorizationUrl(config, {
        redirect_uri: callback,
        scope: file()?.oidc.scope ?? 'openid',
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        ...{ state, nonce },
      });
      const cookie = await pending.encrypt({ verifier, state, nonce, to }, providerNow());
      return { url: url.href, state, cookie };
    },
    /** Who came back, and where they wanted to go. Throws SignInError if another browser began, or the provider refused. */
    async finish(current: URL, cookie: string | undefined) {
      const own = cookie === undefined ? undefined : await pending.use(cookie, providerNow());
      if (own === undefined)
        throw new SignInError('This browser did not begin to sign in here, or too long ago. Begin again.');
      const oidc = await library;
      const config = await discovered().catch(unreachable);
      const tokens = await oidc
        .authorizationCodeGrant(config, current, {
          ...{ pkceCodeVerifier: own.verifier, expectedState: own.state, expectedNonce: own.nonce },
          idTokenExpected: true,
        })
        .catch((error: unknown) => {
          throw new SignInError(`The provider’s answer was refused (${codeOf(error)}). Begin again.`);
        });
      const claims = await claimsOf(oidc, config, tokens, file);
      return { person: personOf(claims, file), to: own.to };
    },
  };
}

type Library = typeof oidc;

function discover(
  { discovery, None, ClientSecretBasic, allowInsecureRequests }: Library,
  { issuer, clientId }: OidcFile['oidc'],
  secret: string | undefined,
): Promise<oidc.Configuration> {
  const url = new URL(issuer);
  // The schema allows http only for an issuer on this machine.
  return discovery(url, clientId, undefined, secret === undefined ? None() : ClientSecretBasic(secret), {
    timeout: timeoutSeconds,
    execute: url.protocol === 'http:' ? [allowInsecureRequests] : [],
  });
}

type Claims = Readonly<Record<string, unknown>>;
type Tokens = Awaited<ReturnType<typeof oidc.authorizationCodeGrant>>;

/** Claims of the ID token, completed from userinfo if the name or the groups are not in it. */
async function claimsOf(
  { fetchUserInfo }: Library,
  config: oidc.Configuration,
  tokens: Tokens,
  file: () => OidcFile | undefined,
): Promise<Claims> {
  const claims: Claims = tokens.claims() ?? {};
  const { sub } = claims;
  const { nameClaim = '', groupsClaim = '' } = file()?.oidc ?? {};
  const isWhole = nameClaim in claims && groupsClaim in claims;
  if (isWhole || typeof sub !== 'string' || config.serverMetadata().userinfo_endpoint === undefined)
    return claims;
  const more = await fetchUserInfo(config, tokens.access_token, sub).catch((error: unknown) => {
    throw new SignInError(`The provider would not say who you are (${codeOf(error)}). Begin again.`);
  });
  return { ...more, ...claims };
}

/** The specification's limits. A longer one is refused: cut, two people could become one. */
const subjectForm = /^[\x20-\x7e]{1,255}$/;

/** The id is issuer and subject, since people often choose their name. A changed mapping applies at once, a changed group at the next sign-in. */
function personOf(claims: Claims, file: () => OidcFile | undefined): SignedIn {
  const { nameClaim, groupsClaim } = file()?.oidc ?? { nameClaim: '', groupsClaim: '' };
  const { iss, sub } = claims;
  if (typeof iss !== 'string' || typeof sub !== 'string' || !subjectForm.test(sub))
    throw new SignInError(
      'The provider sent no valid subject (sub: 1 to 255 ASCII characters). Tell the operator of this server.',
    );
  const name = claims[nameClaim] ?? sub;
  if (typeof name !== 'string' || !nameForm.test(name))
    throw new SignInError(
      `The provider gave no usable name in “${nameClaim}”. The operator can name another claim.`,
    );
  const found = claims[groupsClaim];
  const basis = Array.isArray(found) ? found.filter((one) => typeof one === 'string') : [];
  return { id: `${iss} ${sub}`, name: visible(name), basis };
}

function unreachable(error: unknown): never {
  if (error instanceof SignInError) throw error;
  throw new SignInError('The provider for signing in cannot be reached just now. Try again in a moment.');
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'not valid';
