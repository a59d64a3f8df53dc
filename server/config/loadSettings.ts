/** Settings from the command line, the environment and a file, in this order of weight, each with where it stands. What they come to is left to `config.ts`. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod/mini';
import { readYaml } from '../files/yaml.ts';
import { readRoleFlags } from '../inventory/roleMap.ts';
import {
  defaults,
  environmentName,
  pathSettings,
  type Setting,
  settingNames,
  type Settings,
  settingsSchema,
} from '../settings/settings.ts';

/** The operator's to mend; the message says where and what to write. */
export class UsageError extends Error {}

export type LoadedSettings = {
  readonly values: Settings;
  /** Where a value stands: `--port`, `VANTAGE_PORT`, `/etc/vantage/vantage.yaml:3`; nothing for a default. */
  readonly from: ReadonlyMap<Setting, string>;
  readonly file: string | undefined;
};
export type Environment = Readonly<Record<string, string | undefined>>;

const maxBytes = 64 * 1024;
const lists: ReadonlySet<Setting> = new Set(['origin', 'inventory']);
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
  const take = (name: Setting, value: unknown, place: string) => {
    values[name] = value;
    from.set(name, place);
  };
  if (file !== undefined) {
    const read = readFile(file);
    for (const name of settingNames)
      if (read.values[name] !== undefined)
        take(name, located(name, read.values[name], dirname(file)), `${file}:${read.lineOf(name)}`);
  }
  const faults: string[] = [];
  const taking = (name: Setting, found: unknown, place: string) => {
    const value = typed(name, found, place, faults);
    if (value !== undefined) take(name, located(name, value, process.cwd()), place);
  };
  for (const name of settingNames) {
    const found = environment[environmentName(name)];
    if (found !== undefined && found !== '')
      taking(name, lists.has(name) ? found.split(',') : found, environmentName(name));
  }
  for (const name of settingNames) if (flags[name] !== undefined) taking(name, flags[name], `--${name}`);
  if (faults.length > 0) throw new UsageError(faults.join('\n'));
  return { values: values as Settings, from, file };
}

/** A text as the setting's type wants it; what does not fit is left to the schema to name. */
function typed(name: Setting, found: unknown, place: string, faults: string[]): unknown {
  if (name === 'roles') {
    const read = readRoleFlags(Array.isArray(found) ? found.map(String) : [String(found)]);
    if ('map' in read) return Object.fromEntries([...read.map].map(([role, { target }]) => [role, target]));
    faults.push(`${place}: ${read.fault.replace(/^--roles: /, '')}`);
    return undefined;
  }
  const plain =
    typeof found === 'string' && /^\d{1,10}$/.test(found) && numeric(name) ? Number(found) : found;
  const value =
    name === 'no-lab' && typeof plain === 'string' ? ({ true: true, false: false }[plain] ?? plain) : plain;
  const parsed = settingsSchema[name].safeParse(value);
  if (parsed.success) return parsed.data;
  faults.push(...parsed.error.issues.map(({ message }) => `${place}: ${message}.`));
  return undefined;
}

const numeric = (name: Setting): boolean => name === 'port' || name.startsWith('keep-');

function located(name: Setting, value: unknown, folder: string): unknown {
  if (!pathSettings.has(name)) return value;
  return Array.isArray(value)
    ? value.map((one) => resolve(folder, String(one)))
    : resolve(folder, String(value));
}

function readFile(file: string): { values: Settings; lineOf: (name: Setting) => number } {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(
      `--config: the file ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)}).`,
    );
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
  const string = (name: string) =>
    [name, { type: 'string', multiple: lists.has(name as Setting) || name === 'roles' }] as const;
  const options = Object.fromEntries(
    [...settingNames.filter((name) => name !== 'no-lab'), 'config'].map(string),
  );
  try {
    return parseArgs({
      args: [...args],
      options: {
        ...options,
        'no-lab': { type: 'boolean' },
        dev: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
