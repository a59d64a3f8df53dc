/** Every setting of the server: its name, what it may be, and what it is when nobody says anything. Where values come from is left to `settingsFrom.ts`. */
import { isIP } from 'node:net';
import * as z from 'zod/mini';
import { isLoopback, modes } from '../identity/authMode.ts';

const most = 1_000_000_000;
const shown = (input: unknown): string => JSON.stringify(input) ?? 'nothing';

const count = z
  .number({ error: wholeNumber })
  .check(
    z.int({ error: wholeNumber }),
    z.gte(1, { error: wholeNumber }),
    z.lte(most, { error: wholeNumber }),
  );
function wholeNumber({ input }: { readonly input?: unknown }): string {
  return `expected a whole number from 1 to ${most}, found ${shown(input)}`;
}
function portNumber({ input }: { readonly input?: unknown }): string {
  return `expected a number from 0 to 65535, found ${shown(input)}`;
}
const text = (what: string) =>
  z
    .string({ error: ({ input }) => `expected ${what}, found ${shown(input)}` })
    .check(z.minLength(1, { error: `expected ${what}, found nothing` }));
const texts = (what: string) =>
  z.array(text(what), {
    error: ({ input }) => `expected a list like [${what.split('like ').at(-1)}], found ${shown(input)}`,
  });
const yes = z.boolean({ error: ({ input }) => `expected true or false, found ${shown(input)}` });

/** Loopback only: whoever may read it is said in front of it, by a proxy with a list. */
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

/** Names as they stand in the file; `--name` on the command line, `VANTAGE_NAME` in the environment. */
export const settingsSchema = {
  port: z
    .number({ error: portNumber })
    .check(
      z.int({ error: portNumber }),
      z.gte(0, { error: portNumber }),
      z.lte(65_535, { error: portNumber }),
    ),
  host: text('an address like 127.0.0.1'),
  origin: texts('an address like https://docs.example.org'),
  auth: z.enum(modes, { error: ({ input }) => `expected one of ${modes.join(', ')}; found ${shown(input)}` }),
  'auth-file': text('a file like auth.yaml'),
  inventory: texts('a file like inventory.yaml'),
  roles: z.record(z.string(), text('a host or a group like vm20'), {
    error: ({ input }) => `expected \`backend: vm20\` for each role, found ${shown(input)}`,
  }),
  credentials: text('a file like credentials.yaml'),
  lab: text('a folder like /run/vantage-lab'),
  'no-lab': yes,
  data: text('a folder like /var/lib/vantage'),
  'keep-runs': count,
  'keep-days': count,
  'keep-mib': count,
  metrics: metricsAddress,
  site: text('a folder like dist'),
};

export type Setting = keyof typeof settingsSchema;
export type Settings = { readonly [Name in Setting]?: z.infer<(typeof settingsSchema)[Name]> };
export const settingNames = Object.keys(settingsSchema) as readonly Setting[];

/** Their values are files or folders, and are read from where they are written. */
export const pathSettings: ReadonlySet<Setting> = new Set([
  'auth-file',
  'inventory',
  'credentials',
  'lab',
  'data',
  'site',
]);

export const defaults = {
  port: 8914,
  host: '127.0.0.1',
  origin: [],
  auth: 'local',
  'no-lab': false,
  'keep-runs': 50_000,
  'keep-days': 365,
  'keep-mib': 10_240,
} as const satisfies Settings;

/** `VANTAGE_AUTH_FILE` for `auth-file`. */
export const environmentName = (name: Setting): string =>
  `VANTAGE_${name.replaceAll('-', '_').toUpperCase()}`;
