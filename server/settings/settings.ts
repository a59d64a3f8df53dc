/** Every setting of the server: name, schema and default. */
import { isIP } from 'node:net';
import * as z from 'zod/mini';
import { baseFault, ROOT_BASE } from '../../src/core/text/base.ts';
import { isLoopback, modes } from '../identity/authMode.ts';
import { isPeer } from '../identity/authSchema.ts';

const most = 1_000_000_000;
const shown = (input: unknown): string => JSON.stringify(input) ?? 'nothing';
type Issue = { readonly input?: unknown };

function wholeNumber(expected: string, least: number, greatest: number) {
  const error = ({ input }: Issue) =>
    `expected ${expected} from ${least} to ${greatest}, found ${shown(input)}`;
  return z.number({ error }).check(z.int({ error }), z.gte(least, { error }), z.lte(greatest, { error }));
}
const count = wholeNumber('a whole number', 1, most);
const text = (what: string) =>
  z
    .string({ error: ({ input }) => `expected ${what}, found ${shown(input)}` })
    .check(z.minLength(1, { error: `expected ${what}, found nothing` }));
const texts = (what: string) =>
  z.array(text(what), {
    error: ({ input }) => `expected a list like [${what.split('like ').at(-1)}], found ${shown(input)}`,
  });
const yes = z.boolean({ error: ({ input }) => `expected true or false, found ${shown(input)}` });

/** Loopback only: a proxy with a list decides who else may read. */
const metricsAddress = text('an address and a port like 127.0.0.1:9464').check(
  z.refine((value) => metricsAt(value) !== undefined, {
    error: ({ input }) =>
      `expected a loopback address and a port like 127.0.0.1:9464, found ${shown(input)}; a scraper elsewhere comes through a proxy that lists it (ops/nginx.conf)`,
  }),
);

/** Host and port of `metrics`, when they are of this machine alone. */
export function metricsAt(value: string): { readonly host: string; readonly port: number } | undefined {
  const [, host = '', port = ''] = /^\[?([0-9a-fA-F.:]+)\]?:(\d{1,5})$/.exec(value) ?? [];
  return isIP(host) !== 0 && isLoopback(host) && Number(port) <= 65_535
    ? { host, port: Number(port) }
    : undefined;
}

/** By name in the file: `--name` on the command line, `VANTAGE_NAME` in the environment. */
export const settingsSchema = {
  port: wholeNumber('a number', 0, 65_535),
  host: text('an address like 127.0.0.1'),
  base: z.string().check(
    z.refine((value) => baseFault(value) === undefined, {
      error: ({ input }) => baseFault(String(input)) ?? '',
    }),
  ),
  origin: texts('an address like https://docs.example.org'),
  'trusted-proxy': z.array(
    text('an address').check(
      z.refine(isPeer, {
        error: ({ input }) =>
          `expected an address or a network, like 192.0.2.10 or 10.1.2.0/24, found ${shown(input)}`,
      }),
    ),
    { error: ({ input }) => `expected a list like [192.0.2.10], found ${shown(input)}` },
  ),
  embed: z.array(
    text('an address like https://wiki.example.org').check(
      z.refine((value) => URL.canParse(value) && new URL(value).origin === value, {
        error: ({ input }) =>
          `expected scheme, host and port like https://wiki.example.org, found ${shown(input)}`,
      }),
    ),
    { error: ({ input }) => `expected a list like [https://wiki.example.org], found ${shown(input)}` },
  ),
  auth: z.enum(modes, { error: ({ input }) => `expected one of ${modes.join(', ')}; found ${shown(input)}` }),
  'auth-file': text('a file like auth.yaml'),
  inventory: texts('a file like inventory.yaml'),
  roles: z.record(z.string(), text('a host or a group like vm20'), {
    error: ({ input }) => `expected \`backend: vm20\` for each role, found ${shown(input)}`,
  }),
  identity: text('a file like id_ed25519, or `agent`'),
  credentials: text('a file like credentials.yaml'),
  lab: text('a folder like /run/vantage-lab'),
  'no-lab': yes,
  name: z.string().check(
    z.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, {
      error: ({ input }) =>
        `expected letters, digits, dots and dashes, at most 63, like docs-1, found ${shown(input)}`,
    }),
  ),
  data: text('a folder like /var/lib/vantage'),
  store: text('an address like postgres://vantage@db.example.org/vantage'),
  'store-password-file': text('a file like /run/secrets/vantage-store'),
  'keep-runs': count,
  'keep-days': count,
  'keep-mib': count,
  metrics: metricsAddress,
  site: text('a folder like dist'),
};

export type Setting = keyof typeof settingsSchema;
type Values = { readonly [Name in Setting]: z.infer<(typeof settingsSchema)[Name]> };
/** Those without a default may be missing. */
export type Settings = Partial<Values> & Pick<Values, keyof typeof defaults>;
export const settingNames = Object.keys(settingsSchema) as readonly Setting[];

/** Files and folders: relative to where they are written. */
export const pathSettings: ReadonlySet<string> = new Set(
  'auth-file inventory identity credentials lab data site store-password-file'.split(' '),
);
export const listSettings: ReadonlySet<string> = new Set(['origin', 'trusted-proxy', 'embed', 'inventory']);
export const numberSettings: ReadonlySet<string> = new Set(['port', 'keep-runs', 'keep-days', 'keep-mib']);

export const defaults = {
  port: 8914,
  host: '127.0.0.1',
  origin: [],
  'trusted-proxy': [],
  embed: [],
  base: ROOT_BASE,
  auth: 'local',
  'no-lab': false,
  'keep-runs': 50_000,
  'keep-days': 365,
  'keep-mib': 10_240,
} as const satisfies Partial<Values>;

/** `VANTAGE_AUTH_FILE` for `auth-file`. */
export const environmentName = (name: Setting): string =>
  `VANTAGE_${name.replaceAll('-', '_').toUpperCase()}`;
