/** Selects the checks that the arguments name. Pure. */
import type { LoadedCheck, LoadedWriteup } from '../../content/load.ts';
import { suggestion } from '../../../src/core/text/nearest.ts';
import { CliError } from './exitStatus.ts';
import { flag, text } from './options.ts';

export const selectionOptions = {
  all: flag('all checks'),
  writeup: text('ID', 'the checks of this writeup'),
};

export type SelectedCheck = { readonly writeup: LoadedWriteup; readonly loaded: LoadedCheck };

export type CheckSelection = {
  /** Ids, `writeup/check` where two writeups have the same. */
  readonly checks?: readonly string[];
  /** Roles, or what the writeup calls them: `.20`, an address. */
  readonly from?: readonly string[];
  readonly writeup?: string | undefined;
  readonly all?: boolean;
};

/** In the order of the writeups, each once. Throws `CliError` for an unknown name, with the nearest known one. */
export function selectChecks(
  writeups: readonly LoadedWriteup[],
  { checks = [], from = [], writeup: id, all = false }: CheckSelection,
): readonly SelectedCheck[] {
  const within = id === undefined ? writeups : [writeupNamed(writeups, id)];
  if (checks.length === 0 && from.length === 0 && id === undefined && !all)
    throw new CliError('Name the checks to run, or run all of them with --all.');
  if (checks.length > 0 && all) throw new CliError('Name checks, or run --all of them; not both.');
  const known = within.flatMap((writeup) =>
    [...writeup.checks.values()].map((loaded): SelectedCheck => ({ writeup, loaded })),
  );
  const named = checks.length === 0 ? known : known.filter((one) => checks.some(isNamed(one)));
  for (const name of checks) {
    if (known.some((one) => isNamed(one)(name))) continue;
    const ids = known.map(({ loaded }) => loaded.check.id);
    throw new CliError(`There is no check "${name}". ${suggestion(name, ids)}`);
  }
  if (from.length === 0) return named;
  const roles = from.map((role) => roleOf(role, within));
  const found = named.filter(({ loaded }) => loaded.check.steps.some((step) => roles.includes(step.role)));
  if (found.length > 0) return found;
  throw new CliError(`None of these checks has a step on ${from.join(' or ')}.`);
}

const isNamed =
  ({ writeup, loaded }: SelectedCheck) =>
  (name: string): boolean =>
    name === loaded.check.id || name === `${writeup.id}/${loaded.check.id}`;

/** The writeup with that id. Throws `CliError`. */
export function writeupNamed(writeups: readonly LoadedWriteup[], id: string): LoadedWriteup {
  const found = writeups.find((writeup) => writeup.id === id);
  if (found !== undefined) return found;
  const ids = writeups.map((writeup) => writeup.id);
  throw new CliError(`There is no writeup "${id}". ${suggestion(id, ids)}`);
}

/** The role of that name, short name or address. Throws `CliError`. */
export function roleOf(name: string, writeups: readonly LoadedWriteup[]): string {
  const known = writeups.flatMap(({ writeup }) => writeup.roles);
  const found = known.find(({ role, short, address }) => [role, short, address].includes(name));
  if (found !== undefined) return found.role;
  const roles = [...new Set(known.map(({ role }) => role))];
  throw new CliError(`There is no role "${name}". ${suggestion(name, roles)}`);
}
