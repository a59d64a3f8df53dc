/** `vantage config check`: the settings that the server would start with, where each comes from, and whether they are valid. */
import { createOriginGuard } from '../auth/originGuard.ts';
import { checkAuthFile } from '../auth/auth.ts';
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
import { messageOf } from '../files/errors.ts';
import { nearest } from '../../src/core/text/nearest.ts';
import { CliError, exitStatus } from './command/exitStatus.ts';
import { loadWriteups } from './command/session.ts';
import { type CliContext, groupVerbs, type Verb } from './command/verb.ts';

const check = {
  name: 'config check',
  about: 'shows and checks the settings of the server',
  usage: `usage: vantage config check [--config FILE] [options of npm start]

Shows every setting of the server with its value and where it comes from: the command line, the environment, the file, or
the default. Reads the files that the settings name, too. Starts nothing and shows no secret: settings hold none.

exit status: 0 valid, 3 something to correct`,
  cancels: false,
  async run(args: readonly string[], { root, out, print }: CliContext): Promise<number> {
    const loaded = loadSettings(args, process.env);
    if (loaded === 'help') throw new CliError('Expected settings.', check.usage);
    const config = configOf(loaded, root);
    createOriginGuard(config.port, config.origins);
    out(`${settingsTable(loaded, config).join('\n')}\n`);
    const writeups = await loadWriteups(root);
    for (const line of unknownVariables(process.env, requiredCredentials(writeups))) print(line);
    const faults = [...authFaults(config), ...fleetFaults(config, writeups, print)];
    if (faults.length > 0) throw new CliError(faults.join('\n'));
    print('The settings are valid.');
    return exitStatus.agrees;
  },
} satisfies Verb;

export const configVerb = groupVerbs(
  'config',
  'shows the settings of the server, where each comes from, and what is wrong with them',
  [check],
);

export function settingsTable(
  { values, from }: LoadedSettings,
  { data, site }: Operation,
): readonly string[] {
  const all: Settings = { ...values, data, site };
  const rows = settingNames.flatMap((name) => {
    const value = all[name];
    return value === undefined ? [] : [{ name, value: format(value), place: from.get(name) ?? 'default' }];
  });
  const width = Math.max(...rows.map(({ value }) => value.length));
  return rows.map(({ name, value, place }) => `${name.padEnd(11)} ${value.padEnd(width)}  ${place}`);
}

function format(value: NonNullable<Settings[keyof Settings]>): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(', ');
  if (typeof value === 'object')
    return Object.entries(value)
      .map(([role, host]) => `${role}=${String(host)}`)
      .join(', ');
  return String(value);
}

/** Names of variables that look like settings but are not; never their values. */
function unknownVariables(
  environment: Environment,
  wanted: readonly RequiredCredentials[],
): readonly string[] {
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
  try {
    checkAuthFile(auth);
    return [];
  } catch (error) {
    return [messageOf(error)];
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
