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
import type { Fact } from '../inventory/hostMachine.ts';
import { readInventories } from '../inventory/inventory.ts';
import { pinFaults } from '../inventory/keyFile.ts';
import { fleetNotes } from '../target/fleetNotes.ts';
import { everyRoleOf } from '../../src/core/check/members.ts';
import { rolesOf } from '../fleet/fleet.ts';
import { environmentName, settingNames, type Settings } from '../settings/settings.ts';
import { type Environment, loadSettings, type LoadedSettings } from '../config/loadSettings.ts';
import { messageOf } from '../files/errors.ts';
import { nearest } from '../../src/core/text/nearest.ts';
import { CliError, exitStatus } from './command/exitStatus.ts';
import { writeResult } from './command/formats.ts';
import { wordOf } from './command/options.ts';
import { loadWriteups } from './command/session.ts';
import { type CliContext, groupVerbs, type Verb } from './command/verb.ts';

const check = {
  name: 'config check',
  about: 'shows and checks the settings of the server',
  usage: `usage: vantage config check [--format text|json] [--config FILE] [options of npm start]

Shows every setting of the server with its value and where it comes from: the command line, the environment, the file, or
the default. Reads the files that the settings name, too: of an inventory it shows which machine plays each role, how it is
reached, and the line that says so. Starts nothing, asks no machine and shows no secret: settings hold none.

exit status: 0 valid, 3 something to correct`,
  cancels: false,
  async run(args: readonly string[], { root, out, print }: CliContext): Promise<number> {
    const { format, others } = formatIn(args);
    const loaded = loadSettings(others, process.env);
    if (loaded === 'help') throw new CliError('Expected settings.', check.usage);
    const config = configOf(loaded, root);
    createOriginGuard(config.port, config.origins);
    const settings = settingRows(loaded, config);
    const writeups = await loadWriteups(root);
    const fleet = fleetOf(config, writeups);
    const notes = [...unknownVariables(process.env, requiredCredentials(writeups)), ...fleet.notes];
    const faults = [...authFaults(config), ...fleet.faults];
    const { machines, unplayed } = fleet;
    const lines = [
      ...tableOf(settings),
      ...machinesText(machines),
      ...unplayed.flatMap((role) => ['', role]),
    ];
    writeResult(
      out,
      format,
      { valid: faults.length === 0, settings, machines, unplayed, notes, faults },
      lines,
    );
    if (format === 'text') for (const note of notes) print(note);
    if (faults.length > 0) throw new CliError(faults.join('\n'));
    print('The settings are valid.');
    return exitStatus.agrees;
  },
} satisfies Verb;

/** `--format` is for this verb, all else for the server. */
function formatIn(args: readonly string[]) {
  const at = args.findIndex((arg) => /^--format(=|$)/.test(arg));
  if (at < 0) return { format: 'text' as const, others: args };
  const [, joined] = (args[at] ?? '').split('=');
  const found = joined ?? args[at + 1] ?? '';
  return {
    format: wordOf('--format', found, ['text', 'json'] as const),
    others: args.toSpliced(at, joined === undefined ? 2 : 1),
  };
}

export const configVerb = groupVerbs(
  'config',
  'shows the settings of the server, where each comes from, and what is wrong with them',
  [check],
);

type SettingRow = { readonly name: string; readonly value: string; readonly from: string };

export const settingRows = (
  { values, from }: LoadedSettings,
  { data, site }: Operation,
): readonly SettingRow[] => {
  const all: Settings = { ...values, data, site };
  return settingNames.flatMap((name) => {
    const value = all[name];
    return value === undefined ? [] : [{ name, value: format(value), from: from.get(name) ?? 'default' }];
  });
};

/** Names, values and where they are from, in columns. */
export function tableOf(rows: readonly SettingRow[], indent = ''): readonly string[] {
  const width = Math.max(...rows.map(({ value }) => value.length));
  return rows.map(({ name, value, from }) => `${indent}${name.padEnd(11)} ${value.padEnd(width)}  ${from}`);
}

type MachineFacts = { readonly name: string; readonly role: string; readonly facts: readonly Fact[] };

const machinesText = (machines: readonly MachineFacts[]): readonly string[] =>
  machines
    .toSorted((a, b) => Number(a.role === '') - Number(b.role === ''))
    .flatMap(({ name, role, facts }) => [
      '',
      role === '' ? `jump host ${name}` : `role ${role}`,
      ...tableOf(facts, '  '),
    ]);

function format(value: NonNullable<Settings[keyof Settings]>): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(', ');
  if (typeof value === 'object')
    return Object.entries(value)
      .map(([role, host]) => `${role}=${String(host)}`)
      .join(', ');
  return String(value);
}

/** Names of variables that look like settings but are not; never their values. */
function unknownVariables(environment: Environment, wanted: readonly RequiredCredentials[]) {
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

function fleetOf({ fleet, credentials: file }: Operation, writeups: readonly LoadedWriteup[]) {
  if (fleet.kind !== 'inventory') return { machines: [], unplayed: [], notes: [], faults: [] };
  const { files, map, identity } = fleet;
  const read = readInventories(files, {
    roles: rolesOf(writeups),
    every: everyRoleOf(writeups),
    map,
    identity,
  });
  const machines = !read.ok
    ? []
    : read.fleet.machines.map(({ name, role }): MachineFacts => ({
        ...{ name, role, facts: read.facts.get(name) ?? [] },
      }));
  const unplayed = read.ok ? read.unplayed : [];
  const notes = read.ok ? fleetNotes(read) : [];
  const faults = read.ok ? pinFaults(read.fleet) : read.problems;
  const wanted = requiredCredentials(writeups);
  try {
    const credentials = readCredentials(file, wanted, process.env);
    const missing = withoutCredentials(wanted, credentials).map(missingSentence);
    return { machines, unplayed, notes: [...notes, ...missing], faults };
  } catch (error) {
    if (!(error instanceof CredentialsError)) throw error;
    return { machines, unplayed, notes, faults: [...faults, error.message] };
  }
}
