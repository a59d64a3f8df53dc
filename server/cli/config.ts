/** `vantage config check`: what the server would be started with, where each value stands, and whether it is in order. Reading is left to `server/config/config.ts`. */
import { createOriginGuard } from '../auth/originGuard.ts';
import { openAuthFile } from '../identity/authFile.ts';
import { oidcFileSchema, proxyFileSchema, tokenFileSchema } from '../identity/authSchema.ts';
import { configOf, type Operation } from '../config/config.ts';
import type { LoadedWriteup } from '../content/load.ts';
import {
  requiredCredentials,
  credentialVariable,
  missingSentence,
  type RequiredCredentials,
  withoutCredentials,
} from '../fleet/credentials.ts';
import { CredentialsError, readCredentials } from '../config/credentialsFile.ts';
import { readInventories } from '../inventory/inventory.ts';
import { rolesOf } from '../fleet/requiredRoles.ts';
import { environmentName, settingNames, type Settings } from '../settings/settings.ts';
import { type Environment, loadSettings, type LoadedSettings } from '../config/loadSettings.ts';
import { exits } from './command/exitStatus.ts';
import { nearest } from '../../src/core/text/nearest.ts';
import { contentOf } from './command/session.ts';
import { CliError, type CliContext, type Verb } from './command/verb.ts';

const usage = `usage: vantage config check [--config FILE] [options of npm start]

Shows every setting of the server with its value and where that stands: on the command line, in the environment, in the file, or
nowhere (default). The files that it names are read too. Nothing is started, and no secret is shown: settings hold none.

exit status: 0 in order, 3 something to mend`;

async function run(args: readonly string[], { root, out, print }: CliContext): Promise<number> {
  const [what, ...rest] = args;
  if (what !== 'check') throw new CliError(`Expected check, found "${what ?? ''}".`, usage);
  const gathered = told(() => loadSettings(rest, process.env));
  if (gathered === 'help') throw new CliError('Expected settings.', usage);
  const config = told(() => configOf(gathered, root));
  told(() => createOriginGuard(config.port, config.origins));
  out(`${table(gathered, config).join('\n')}\n`);
  const writeups = await contentOf(root);
  for (const line of strangers(process.env, requiredCredentials(writeups))) print(line);
  const faults = [...authFaults(config), ...fleetFaults(config, writeups, print)];
  if (faults.length > 0) throw new CliError(faults.join('\n'));
  print('In order.');
  return exits.agrees;
}

/** One line for each setting that has a value: name, value, where it stands. */
export function table({ values, from }: LoadedSettings, { data, site }: Operation): readonly string[] {
  const all: Settings = { ...values, data, site };
  const rows = settingNames.flatMap((name) => {
    const value = all[name];
    return value === undefined ? [] : [{ name, value: shown(value), place: from.get(name) ?? 'default' }];
  });
  const width = Math.max(...rows.map(({ value }) => value.length));
  return rows.map(({ name, value, place }) => `${name.padEnd(11)} ${value.padEnd(width)}  ${place}`);
}

function shown(value: NonNullable<Settings[keyof Settings]>): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(', ');
  if (typeof value === 'object')
    return Object.entries(value)
      .map(([role, host]) => `${role}=${String(host)}`)
      .join(', ');
  return String(value);
}

/** Variables that look like settings and are none; their values are nobody's business. */
function strangers(environment: Environment, wanted: readonly RequiredCredentials[]): readonly string[] {
  const names = [
    ...settingNames.map(environmentName),
    'VANTAGE_CONFIG',
    ...wanted.flatMap(({ of, fields }) => fields.map((field) => credentialVariable(of, field))),
  ];
  return Object.keys(environment).flatMap((name) => {
    if (!name.startsWith('VANTAGE_') || names.includes(name)) return [];
    const [near] = nearest(name, names);
    return near === undefined ? [] : [`${name} is not read; did you mean ${near}?`];
  });
}

function authFaults({ auth }: Operation): readonly string[] {
  if (auth.mode === 'local') return [];
  const schema = { token: tokenFileSchema, proxy: proxyFileSchema, oidc: oidcFileSchema }[auth.mode];
  try {
    openAuthFile(auth.file, schema, () => {});
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

function fleetFaults(
  { fleet, credentials: file }: Operation,
  writeups: readonly LoadedWriteup[],
  print: CliContext['print'],
): readonly string[] {
  if (fleet.kind !== 'inventory') return [];
  const read = readInventories(fleet.files, { roles: rolesOf(writeups), map: fleet.map });
  const problems = read.ok ? [] : read.problems;
  const wanted = requiredCredentials(writeups);
  try {
    const credentials = readCredentials(file, wanted, process.env);
    for (const one of withoutCredentials(wanted, credentials)) print(missingSentence(one));
    return problems;
  } catch (error) {
    if (!(error instanceof CredentialsError)) throw error;
    return [...problems, error.message];
  }
}

/** A fault in the settings is the operator's to mend. */
function told<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new CliError(error instanceof Error ? error.message : String(error));
  }
}

export const configVerb: Verb = {
  name: 'config',
  about: 'shows the settings of the server, where each stands, and what is wrong with them',
  ...{ usage, cancels: false, run },
};
