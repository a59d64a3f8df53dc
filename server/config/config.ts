/** The server's configuration from its settings; every mistake has a message. */
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { type AuthChoice, parseAuthChoice } from '../identity/authMode.ts';
import type { FleetChoice } from '../target/currentFleet.ts';
import { defaults, metricsAt, type Setting, type Settings } from '../settings/settings.ts';
import { type Environment, loadSettings, type LoadedSettings, UsageError } from './loadSettings.ts';
import type { RecordsPlace } from '../store/open.ts';
import type { Retention } from '../store/pins.ts';
import { addressFault } from '../store/postgres/address.ts';

export { UsageError } from './loadSettings.ts';

/** Where the records are. `keep`: limits on them; the oldest go first, pinned ones stay. */
export type RecordsConfig = RecordsPlace & { readonly keep: Retention };

export type Config = RecordsConfig & {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly site: string;
  readonly origins: readonly string[];
  /** Addresses and networks of proxies that say in `X-Forwarded-For` who sent a request. */
  readonly trustedProxies: readonly string[];
  /** Origins of other sites that may show a check in a frame. */
  readonly embed: readonly string[];
  /** `/`, or the path that the site lives below. */
  readonly base: string;
  readonly fleet: FleetChoice;
  readonly credentials?: string;
  readonly auth: AuthChoice;
};

export type Operation = Config & {
  readonly metrics: { readonly host: string; readonly port: number } | undefined;
};

const mib = 1024 * 1024;
export const retentionOf = (values: Pick<LoadedSettings['values'], keyof typeof defaults>): Retention => ({
  runs: values['keep-runs'],
  days: values['keep-days'],
  bytes: values['keep-mib'] * mib,
});
export const defaultRetention = retentionOf(defaults);

export const usage = `npm start -- [options]

  --port N            port to serve on (default 8914; 0 for any free one)
  --host ADDRESS      address to bind (default 127.0.0.1; another one needs --auth)
  --auth MODE         who may come in: local (default: only this machine, no login), token, proxy or oidc
  --auth-file FILE    who may do what, in YAML; SECURITY.md shows one for each mode
  --inventory FILE    run the checks on the machines of this Ansible inventory instead of the lab; may be repeated
  --roles ROLE=HOST   which host plays a role, where the inventory does not say it
  --identity FILE     the private key for every machine, whatever the inventory says; \`agent\` asks the ssh agent instead
  --credentials FILE  names and passwords for the checks that log in at real machines, in YAML; /operate/ shows one
  --lab DIRECTORY     another place for the lab's sockets, so that a second lab can be up (a short path)
  --no-lab            no machines at all: the page plays its recordings
  --data DIRECTORY    where runs are kept (default .vantage/data)
  --store URL         keep runs in this PostgreSQL (15 or later), like postgres://vantage@db.example.org/vantage; --data has the rest
  --store-password-file FILE  the file with the password for it
  --name NAME         what /healthz and the audit log call this server (default: the name of its host)
  --keep-runs N       keep at most so many runs (default 50000); the oldest go first, pinned ones stay
  --keep-days N       keep runs for so many days (default 365)
  --keep-mib N        keep at most so many MiB of runs (default 10240)
  --origin URL        a further address that the site is opened at, for instance behind a reverse proxy; may be repeated
  --trusted-proxy ADDRESS  a balancer or proxy before this server, whose X-Forwarded-For names the reader; limits of one address count that; may be repeated
  --embed URL         another site, like https://wiki.example.org, that may show a check of this one; may be repeated (default: none)
  --base PATH         the path that the site lives below, like /docs/ (default /); the site is built for it
  --metrics HOST:PORT answer Prometheus at /metrics of this loopback address (default: not at all)
  --config FILE       a YAML file with any of these, each as \`name: value\`
  --help              this text

Each can also be in the environment: VANTAGE_PORT for --port, VANTAGE_CONFIG for --config. The command line is stronger than the
environment, and that is stronger than the file. \`npx vantage config check\` shows what they come to.
`;

/** Reads arguments and environment; `root` is the project's folder. Throws UsageError with a sentence. */
export function readConfig(
  args: readonly string[],
  root: string,
  environment: Environment = {},
): Operation | 'help' {
  const gathered = loadSettings(args, environment);
  return gathered === 'help' ? 'help' : configOf(gathered, root);
}

const ofInventory = [
  ['roles', 'roles belong'],
  ['identity', 'the lab has a key of its own; another one belongs'],
  ['credentials', 'the lab has the documented credentials; others belong'],
] as const;

/** Throws UsageError for settings that do not go together. */
export function configOf({ values, from }: LoadedSettings, root: string): Operation {
  const { inventory, credentials, origin: origins, host, port } = values;
  const fail = (name: Setting, message: string): never => {
    throw new UsageError(`${from.get(name) ?? `--${name}`}${message}`);
  };
  const missing = inventory?.find((file) => !existsSync(file));
  if (missing !== undefined) fail('inventory', `: there is no file ${missing}.`);
  if (inventory !== undefined && values['no-lab'])
    throw new UsageError(
      '--inventory and --no-lab exclude each other: an inventory already replaces the lab.',
    );
  if (inventory === undefined)
    for (const [name, why] of ofInventory)
      if (values[name] !== undefined) fail(name, `: ${why} to an inventory: name it with --inventory FILE.`);
  const auth = parseAuthChoice({ auth: values.auth, file: values['auth-file'], host, origins });
  if ('message' in auth) throw new UsageError(auth.message);
  return {
    ...{ host, origins, auth, fleet: fleetOf(values, from.get('roles') ?? '--roles') },
    ...{ port, base: values.base, embed: values.embed, trustedProxies: values['trusted-proxy'] },
    name: values.name ?? hostname(),
    ...recordsConfig({ values, from }, root),
    site: values.site ?? resolve(root, 'dist'),
    ...(credentials === undefined ? {} : { credentials }),
    metrics: values.metrics === undefined ? undefined : metricsAt(values.metrics),
  };
}

/** Of all settings, what the records need. Throws UsageError for settings that do not go together. */
export function recordsConfig(
  { values, from }: Pick<LoadedSettings, 'values' | 'from'>,
  root: string,
): RecordsConfig {
  const { store: address, 'store-password-file': passwordFile } = values;
  const place = { data: values.data ?? resolve(root, '.vantage/data'), keep: retentionOf(values) };
  const fault = address === undefined ? undefined : addressFault(address);
  if (fault !== undefined) throw new UsageError(`${from.get('store') ?? '--store'}: ${fault}.`);
  if (address === undefined && passwordFile !== undefined)
    throw new UsageError(
      `${from.get('store-password-file') ?? ''}: a password belongs to a database: name it with --store URL.`,
    );
  if (address === undefined) return place;
  return { ...place, store: { address, ...(passwordFile === undefined ? {} : { passwordFile }) } };
}

function fleetOf(
  { inventory, roles = {}, identity, lab, 'no-lab': noLab }: Settings,
  from: string,
): FleetChoice {
  if (inventory !== undefined) {
    const map = new Map(Object.entries(roles).map(([role, target]) => [role, { target, from }]));
    return { kind: 'inventory', files: inventory, map, identity };
  }
  if (noLab === true)
    return { kind: 'none', message: 'This server was started without machines (--no-lab).' };
  return { kind: 'lab', ...(lab === undefined ? {} : { directory: lab }) };
}
