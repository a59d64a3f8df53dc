/** What the operator chose on the command line; every mistake gets a sentence. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type AuthChoice, readChoice } from './access/choice.ts';
import type { Choice } from './fleet/active.ts';
import type { Retention } from './store/retention.ts';

export type Config = {
  readonly host: string;
  readonly port: number;
  readonly data: string;
  readonly site: string;
  readonly origins: readonly string[];
  readonly fleet: Choice;
  /** How people are known, and so who may do what. */
  readonly auth: AuthChoice;
  /** What is kept of the records; the oldest go first, pinned and linked ones stay. */
  readonly keep: Retention;
};

const mib = 1024 * 1024;
export const keepByDefault: Retention = { runs: 50_000, days: 365, bytes: 10_240 * mib };

export const usage = `npm start -- [options]

  --port N            port to serve on (default 8914; 0 for any free one)
  --host ADDRESS      address to bind (default 127.0.0.1; another one needs --auth)
  --auth MODE         who may come in: local (default: only this machine, no login), token, proxy or oidc
  --auth-file FILE    who may do what, in YAML; SECURITY.md shows one for each mode
  --inventory FILE    take evidence from the machines of this Ansible inventory instead of the lab
  --lab DIRECTORY     another place for the lab's sockets, so that a second lab can be up (a short path)
  --no-lab            no machines at all: the page plays its recordings
  --data DIRECTORY    where runs are kept (default .vantage/data)
  --keep-runs N       keep at most so many runs (default 50000); the oldest go first, pinned and linked ones stay
  --keep-days N       keep runs for so many days (default 365)
  --keep-mib N        keep at most so many MiB of runs (default 10240)
  --origin URL        a further address that the site is opened at, for instance behind a reverse proxy; may be repeated
  --help              this text
`;

export class UsageError extends Error {}

/** Reads arguments; `root` is the project's folder. Throws UsageError with a sentence. */
export function readConfig(args: readonly string[], root: string): Config | 'help' {
  const { values } = parse(args);
  if (values.help) return 'help';
  const port = Number(values.port);
  if (!/^\d{1,5}$/.test(values.port) || port > 65_535)
    throw new UsageError(`--port: expected a number from 0 to 65535, found "${values.port}".`);
  const inventory = values.inventory === undefined ? undefined : resolve(values.inventory);
  if (inventory !== undefined && !existsSync(inventory))
    throw new UsageError(`--inventory: there is no file ${inventory}.`);
  if (inventory !== undefined && values['no-lab'])
    throw new UsageError(
      '--inventory and --no-lab exclude each other: an inventory already replaces the lab.',
    );
  const fleet: Choice =
    inventory !== undefined
      ? { kind: 'inventory', files: [inventory], map: new Map() }
      : values['no-lab']
        ? { kind: 'none', say: 'This server was started without machines (--no-lab).' }
        : { kind: 'lab', ...(values.lab === undefined ? {} : { directory: resolve(values.lab) }) };
  const { host, origin: origins = [] } = values;
  const file = values['auth-file'] === undefined ? undefined : resolve(values['auth-file']);
  const auth = readChoice({ auth: values.auth, file, host, origins });
  if ('say' in auth) throw new UsageError(auth.say);
  return {
    host,
    port,
    data: resolve(values.data ?? resolve(root, '.vantage/data')),
    site: resolve(values.site ?? resolve(root, 'dist')),
    origins,
    fleet,
    auth,
    keep: {
      runs: positive('--keep-runs', values['keep-runs'], keepByDefault.runs),
      days: positive('--keep-days', values['keep-days'], keepByDefault.days),
      bytes: positive('--keep-mib', values['keep-mib'], keepByDefault.bytes / mib) * mib,
    },
  };
}

const mostOfAnything = 1_000_000_000;
function positive(flag: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const number = Number(text);
  if (!/^\d{1,10}$/.test(text) || number < 1 || number > mostOfAnything)
    throw new UsageError(`${flag}: expected a whole number from 1 to ${mostOfAnything}, found "${text}".`);
  return number;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: 'string', default: '8914' },
        host: { type: 'string', default: '127.0.0.1' },
        auth: { type: 'string' },
        'auth-file': { type: 'string' },
        inventory: { type: 'string' },
        lab: { type: 'string' },
        'no-lab': { type: 'boolean', default: false },
        data: { type: 'string' },
        'keep-runs': { type: 'string' },
        'keep-days': { type: 'string' },
        'keep-mib': { type: 'string' },
        site: { type: 'string' },
        origin: { type: 'string', multiple: true },
        dev: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  }
}
