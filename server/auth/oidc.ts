/** Mode `oidc`: people sign in at a provider of OpenID Connect. `openid-client` does the protocol; here is what we ask of it and what its claims mean. */
import * as oidc from 'openid-client';
import { nameForm, type OidcFile } from '../identity/authSchema.ts';
import type { Grant } from '../identity/principal.ts';
import { createPendingSignIns } from '../identity/pendingSignIn.ts';
import { rightsOf } from './proxy.ts';
import { noRights } from '../../src/core/protocol/rights.ts';
import { visible } from '../../src/core/text/visibleText.ts';

export type Provider = {
  /** Begins: where the browser goes, and what it keeps in a cookie meanwhile. Nothing is kept here. */
  begin(
    callback: string,
    to: string,
  ): Promise<{ readonly url: string; readonly state: string; readonly cookie: string }>;
  /** Ends: who came back, and where they wanted to go. Throws `SignInError` when it was not this browser, or the provider refused. */
  finish(callback: URL, cookie: string | undefined): Promise<{ readonly grant: Grant; readonly to: string }>;
};

/** Somebody could not be signed in. The message is for them. */
export class SignInError extends Error {}

const timeoutSeconds = 10;

export function createProvider(
  file: () => OidcFile | undefined,
  environment: Readonly<Record<string, string | undefined>>,
  now: () => number,
): Provider {
  const pending = createPendingSignIns(now);
  let known: { readonly for: string; readonly config: Promise<oidc.Configuration> } | undefined;

  const discovered = (): Promise<oidc.Configuration> => {
    const settings = file()?.oidc;
    if (settings === undefined) throw new SignInError('Signing in is not set up correctly just now.');
    const { issuer, clientId, clientSecretEnv } = settings;
    const which = JSON.stringify([issuer, clientId, clientSecretEnv]);
    if (known?.for !== which) {
      const config = discover(
        settings,
        clientSecretEnv === undefined ? undefined : environment[clientSecretEnv],
      );
      known = { for: which, config };
      // A provider that was away is asked again the next time.
      config.catch(() => {
        if (known?.config === config) known = undefined;
      });
    }
    return known.config;
  };

  const providerNow = (): string => JSON.stringify([file()?.oidc.issuer, file()?.oidc.clientId]);

  return {
    async begin(callback, to) {
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
    async finish(current, cookie) {
      const own = cookie === undefined ? undefined : await pending.use(cookie, providerNow());
      if (own === undefined)
        throw new SignInError('This browser did not begin to sign in here, or too long ago. Begin again.');
      const config = await discovered().catch(unreachable);
      const tokens = await oidc
        .authorizationCodeGrant(config, current, {
          ...{ pkceCodeVerifier: own.verifier, expectedState: own.state, expectedNonce: own.nonce },
          idTokenExpected: true,
        })
        .catch((error: unknown) => {
          throw new SignInError(`The provider’s answer was refused (${codeOf(error)}). Begin again.`);
        });
      const claims = await claimsOf(config, tokens, file);
      return { grant: grantOf(claims, file), to: own.to };
    },
  };
}

function discover(
  { issuer, clientId }: OidcFile['oidc'],
  secret: string | undefined,
): Promise<oidc.Configuration> {
  const url = new URL(issuer);
  // Only an issuer on this machine may be without TLS; the schema lets no other through.
  return oidc.discovery(
    url,
    clientId,
    undefined,
    secret === undefined ? oidc.None() : oidc.ClientSecretBasic(secret),
    {
      timeout: timeoutSeconds,
      execute: url.protocol === 'http:' ? [oidc.allowInsecureRequests] : [],
    },
  );
}

type Claims = Readonly<Record<string, unknown>>;
type Tokens = Awaited<ReturnType<typeof oidc.authorizationCodeGrant>>;

/** Those of the ID token; and where the name or the groups are not in it, as the specification has it, those of the provider's userinfo. */
async function claimsOf(
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
  const more = await oidc.fetchUserInfo(config, tokens.access_token, sub).catch((error: unknown) => {
    throw new SignInError(`The provider would not say who you are (${codeOf(error)}). Begin again.`);
  });
  return { ...more, ...claims };
}

/** As the specification bounds it; a longer one is not cut, or two people would be one. */
const subjectForm = /^[\x20-\x7e]{1,255}$/;

/**
 * What the claims mean now: a changed mapping counts at once, a changed group only when they sign in again. Who it is say the issuer and
 * its subject; the name is often one that people choose themselves.
 */
function grantOf(claims: Claims, file: () => OidcFile | undefined): Grant {
  const { nameClaim, groupsClaim } = file()?.oidc ?? { nameClaim: '', groupsClaim: '' };
  const { iss, sub } = claims;
  if (typeof iss !== 'string' || typeof sub !== 'string' || !subjectForm.test(sub))
    throw new SignInError(
      'The provider did not say who you are, or not in the form of its specification (sub, at most 255 ASCII characters). Tell whoever runs this server.',
    );
  const name = claims[nameClaim] ?? sub;
  if (typeof name !== 'string' || !nameForm.test(name))
    throw new SignInError(
      `The provider gave no usable name in “${nameClaim}”. The operator can name another claim.`,
    );
  const found = claims[groupsClaim];
  const groups = Array.isArray(found) ? found.filter((one) => typeof one === 'string') : [];
  return {
    ...{ id: `${iss} ${sub}`, name: visible(name) },
    rights: () => {
      const mapping = file()?.oidc;
      return mapping === undefined ? noRights : rightsOf(mapping, groups);
    },
  };
}

function unreachable(error: unknown): never {
  if (error instanceof SignInError) throw error;
  throw new SignInError('The provider for signing in cannot be reached just now. Try again in a moment.');
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'not valid';
