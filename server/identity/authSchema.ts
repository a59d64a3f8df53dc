/** The schema of `--auth-file` for each mode. */
import { isIP } from 'node:net';
import * as z from 'zod/mini';
import { rightNames } from '../../src/core/protocol/rights.ts';
import { hashForm } from './token.ts';

const rights = z.array(
  z.enum(rightNames, {
    error: ({ input }) => `expected one of ${rightNames.join(', ')}; found ${JSON.stringify(input)}`,
  }),
);
/** Text of any language with something to see in it. Only control characters and halves of characters are refused. */
export const nameForm = /^(?=.*\S)[^\p{Cc}\p{Cs}]{1,128}$/su;
export const expectedName = 'a name of at most 128 characters, none of them a control character';
const name = z.string().check(z.regex(nameForm, { error: `expected ${expectedName}` }));
const group = z.string().check(z.minLength(1), z.maxLength(200));

const sessions = z.strictObject({
  /** Ends a session in which nothing was done for so long. */
  idleMinutes: z.number().check(z.gte(1), z.lte(24 * 60)),
  /** Ends it whatever was done. */
  absoluteHours: z.number().check(z.gte(1), z.lte(24 * 7)),
});
const sessionsOr = z._default(sessions, { idleMinutes: 120, absoluteHours: 12 });

const token = z.strictObject({
  name,
  rights,
  hash: z.string().check(
    z.regex(hashForm, {
      error:
        'expected sha256: and 64 hex digits, as `vantage token new NAME --rights …` prints them; a token itself is never written here',
    }),
  ),
});
const tokens = z.array(token).check(
  z.refine((all) => new Set(all.map((one) => one.name)).size === all.length, {
    error: 'expected each name once; give the second token of a person a name of its own, like ada-ci',
  }),
);

/** Rights of everybody who comes with a name, and further ones by group. */
const mapping = { everyone: z._default(rights, []), groups: z._default(z.record(group, rights), {}) };

const header = z.string().check(
  z.regex(/^[a-z][a-z0-9-]{1,63}$/, {
    error: 'expected the name of a header in small letters, like x-forwarded-user',
  }),
);
const peer = z.string().check(
  z.refine(isPeer, {
    error: 'expected an address or a network, like 127.0.0.1, 10.1.2.0/24 or ::1; never a name',
  }),
);

export const tokenFileSchema = z.strictObject({ tokens, sessions: sessionsOr });

export const proxyFileSchema = z.strictObject({
  proxy: z
    .strictObject({
      /** Addresses whose headers are believed. */
      peers: z._default(z.array(peer), []),
      /** A Unix socket to listen at; everybody who can open it is trusted. */
      socket: z.optional(
        z.string().check(
          z.regex(/^\//, {
            error: 'expected the full path of a socket to make, like /run/vantage/http.sock',
          }),
        ),
      ),
      userHeader: header,
      groupsHeader: z.optional(header),
      ...mapping,
      /** A connection is ended after so long and comes back by itself, so that the proxy is asked again. */
      recheckMinutes: z._default(z.number().check(z.gte(1), z.lte(24 * 60)), 15),
    })
    .check(
      z.refine(({ peers, socket }) => peers.length > 0 || socket !== undefined, {
        error:
          'expected the addresses of the proxy (peers: [127.0.0.1]) or a socket of its own (socket: /run/vantage/http.sock). Without them anybody who reaches the port could say who they are',
      }),
    ),
});

const environmentName = z.string().check(
  z.regex(/^[A-Z][A-Z0-9_]{0,63}$/, {
    error: 'expected the name of an environment variable, like VANTAGE_OIDC_SECRET; never the secret itself',
  }),
);
const issuer = z.string().check(
  z.maxLength(500),
  z.refine(isIssuer, {
    error: 'expected an https address without query, like https://sso.example.org/realms/docs',
  }),
);

export const oidcFileSchema = z.strictObject({
  oidc: z.strictObject({
    issuer,
    clientId: z.string().check(z.minLength(1), z.maxLength(200)),
    /** Left out: a public client, which PKCE alone protects. */
    clientSecretEnv: z.optional(environmentName),
    scope: z._default(
      z.string().check(z.regex(/(^| )openid( |$)/, { error: 'expected scopes with openid among them' })),
      'openid profile email',
    ),
    nameClaim: z._default(z.string().check(z.minLength(1)), 'preferred_username'),
    groupsClaim: z._default(z.string().check(z.minLength(1)), 'groups'),
    ...mapping,
  }),
  /** For programs, which no provider can ask to sign in. */
  tokens: z._default(tokens, []),
  sessions: sessionsOr,
});

export type TokenFile = z.infer<typeof tokenFileSchema>;
export type ProxyFile = z.infer<typeof proxyFileSchema>;
export type OidcFile = z.infer<typeof oidcFileSchema>;
export type Mapping = Pick<ProxyFile['proxy'], 'everyone' | 'groups'>;

export function isPeer(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  // A network of all addresses is no list.
  return (
    bits === undefined ||
    (/^\d{1,3}$/.test(bits) && Number(bits) >= 8 && Number(bits) <= (family === 4 ? 32 : 128))
  );
}

function isIssuer(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, search, hash, username } = new URL(text);
  const isHere = hostname === '127.0.0.1' || hostname === 'localhost' || hostname === '[::1]';
  return (
    (protocol === 'https:' || (protocol === 'http:' && isHere)) &&
    search === '' &&
    hash === '' &&
    username === ''
  );
}
