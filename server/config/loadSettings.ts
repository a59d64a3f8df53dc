/** Loads settings from the command line, the environment and a file, in this order of precedence, with the place of each. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod/mini';
import { readYaml } from '../files/yaml.ts';
import { readRoleFlags } from '../inventory/roles.ts';
import {
  defaults,
  environmentName,
  listSettings,
  numberSettings,
  pathSettings,
  type Setting,
  settingNames,
  type Settings,
  settingsSchema,
} from '../settings/settings.ts';
import { codeOf, messageOf } from '../files/errors.ts';

/** The message says where, and what to write. */
export class UsageError extends Error {}

export type LoadedSettings = {
  readonly values: Settings;
  /** The place of each value: `--port`, `VANTAGE_PORT`, `/etc/vantage/vantage.yaml:3`; defaults have none. */
  readonly from: ReadonlyMap<Setting, string>;
  readonly file: string | undefined;
};
export type Environment = Readonly<Record<string, string | undefined>>;

const maxBytes = 64 * 1024;
const fileSchema = z.strictObject(
  Object.fromEntries(settingNames.map((name) => [name, z.optional(settingsSchema[name])])) as {
    [Name in Setting]: z.ZodMiniOptional<(typeof settingsSchema)[Name]>;
  },
  {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? undefined
        : 'expected `name: value` on each line, like `port: 8914`',
  },
);

/** Throws UsageError with a line for each fault. */
export function loadSettings(args: readonly string[], environment: Environment): LoadedSettings | 'help' {
  const flags = parse(args);
  if (flags['help'] === true) return 'help';
  const named = flags['config'] ?? environment['VANTAGE_CONFIG'];
  const file = typeof named === 'string' ? resolve(named) : undefined;
  const values: Record<string, unknown> = { ...defaults };
  const from = new Map<Setting, string>();
  const set = (name: Setting, value: unknown, place: string, folder: string) => {
    if (value === undefined) return;
    values[name] = withFullPaths(name, value, folder);
    from.set(name, place);
  };
  if (file !== undefined) {
    const read = readFile(file);
    for (const name of settingNames)
      set(name, read.values[name], `${file}:${read.lineOf(name)}`, dirname(file));
  }
  const faults: string[] = [];
  const setFromText = (name: Setting, found: unknown, place: string) =>
    set(name, parseSetting(name, found, place, faults), place, process.cwd());
  for (const name of settingNames) {
    const place = environmentName(name);
    const found = environment[place];
    if (found) setFromText(name, listSettings.has(name) ? found.split(',') : found, place);
  }
  for (const name of settingNames) if (flags[name] !== undefined) setFromText(name, flags[name], `--${name}`);
  if (faults.length > 0) throw new UsageError(faults.join('\n'));
  return { values: values as Settings, from, file };
}

/** A text as the setting's type; undefined, with a fault, if it is not valid. */
function parseSetting(name: Setting, found: unknown, place: string, faults: string[]): unknown {
  if (name === 'roles') {
    const read = readRoleFlags(Array.isArray(found) ? found.map(String) : [String(found)]);
    if ('map' in read) return Object.fromEntries([...read.map].map(([role, { target }]) => [role, target]));
    faults.push(`${place}: ${read.fault.replace(/^--roles: /, '')}`);
    return undefined;
  }
  const isNumber = typeof found === 'string' && /^\d{1,10}$/.test(found) && numberSettings.has(name);
  const isFlag = name === 'no-lab' && (found === 'true' || found === 'false');
  const value = isNumber ? Number(found) : isFlag ? found === 'true' : found;
  const parsed = settingsSchema[name].safeParse(value);
  if (parsed.success) return parsed.data;
  faults.push(...parsed.error.issues.map(({ message }) => `${place}: ${message}.`));
  return undefined;
}

function withFullPaths(name: Setting, value: unknown, folder: string): unknown {
  if (!pathSettings.has(name)) return value;
  const full = (path: unknown) =>
    name === 'identity' && path === 'agent' ? path : resolve(folder, String(path));
  return Array.isArray(value) ? value.map(full) : full(value);
}

function readFile(file: string): { values: Settings; lineOf: (name: Setting) => number } {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`--config: the file ${file} cannot be read (${codeOf(error) || String(error)}).`);
  }
  if (text.length > maxBytes)
    throw new UsageError(
      `--config: ${file} has more than ${maxBytes} bytes; it is a few lines like \`port: 8914\`.`,
    );
  const { value, faults, lineOfPath } = readYaml(text, file, z.nullable(fileSchema));
  if (value === undefined)
    throw new UsageError(faults.map((fault) => `${fault.file}:${fault.line}: ${fault.message}`).join('\n'));
  return { values: (value ?? {}) as Settings, lineOf: (name) => lineOfPath([name]) };
}

function parse(args: readonly string[]): Readonly<Record<string, unknown>> {
  const texts = [...settingNames.filter((name) => name !== 'no-lab'), 'config'] as const;
  const isMultiple = (name: string) => name === 'roles' || listSettings.has(name);
  const options = Object.fromEntries(
    texts.map((name) => [name, { type: 'string', multiple: isMultiple(name) }] as const),
  );
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({ args: [...args], options: { ...options, 'no-lab': flag, dev: flag, help: flag } })
      .values;
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
}
