/** Which checks were asked for, out of those that there are. Pure. */
import type { LoadedCheck, LoadedWriteup } from '../../content/load.ts';
import { suggestion } from '../../../src/core/text/nearest.ts';
import { CliError } from './verb.ts';

export type SelectedCheck = { readonly writeup: LoadedWriteup; readonly loaded: LoadedCheck };

export type CheckSelection = {
  /** Ids, `writeup/check` where two writeups have the same. */
  readonly checks: readonly string[];
  /** Roles, or what the writeup calls them: `.20`, an address. */
  readonly from: readonly string[];
  readonly writeup: string | undefined;
  readonly all: boolean;
};

/** In the order of the writeups, each once. Throws `CliError` for what does not exist, with what is nearest. */
export function selectChecks(
  writeups: readonly LoadedWriteup[],
  wish: CheckSelection,
  usage: string,
): readonly SelectedCheck[] {
  const within = writeups.filter(({ id }) => wish.writeup === undefined || id === wish.writeup);
  if (wish.writeup !== undefined && within.length === 0) {
    const ids = writeups.map(({ id }) => id);
    throw new CliError(`There is no writeup "${wish.writeup}". ${suggestion(wish.writeup, ids)}`);
  }
  if (wish.checks.length === 0 && wish.from.length === 0 && wish.writeup === undefined && !wish.all)
    throw new CliError('Name the checks to take, or take all of them with --all.', usage);
  if (wish.checks.length > 0 && wish.all)
    throw new CliError('Name checks, or take --all of them; not both.', usage);
  const known = within.flatMap((writeup) =>
    [...writeup.checks.values()].map((loaded): SelectedCheck => ({ writeup, loaded })),
  );
  const named = wish.checks.length === 0 ? known : known.filter((one) => wish.checks.some(isNamed(one)));
  for (const name of wish.checks) {
    if (known.some((one) => isNamed(one)(name))) continue;
    const ids = known.map(({ loaded }) => loaded.check.id);
    throw new CliError(`There is no check "${name}". ${suggestion(name, ids)}`);
  }
  if (wish.from.length === 0) return named;
  const roles = wish.from.map((role) => roleOf(role, within));
  const found = named.filter(({ loaded }) => loaded.check.steps.some((step) => roles.includes(step.role)));
  if (found.length > 0) return found;
  throw new CliError(`None of the checks that were asked for has a step on ${wish.from.join(' or ')}.`);
}

const isNamed =
  ({ writeup, loaded }: SelectedCheck) =>
  (name: string): boolean =>
    name === loaded.check.id || name === `${writeup.id}/${loaded.check.id}`;

function roleOf(name: string, writeups: readonly LoadedWriteup[]): string {
  const known = writeups.flatMap(({ writeup }) => writeup.roles);
  const found = known.find(({ role, short, address }) => [role, short, address].includes(name));
  if (found !== undefined) return found.role;
  const roles = [...new Set(known.map(({ role }) => role))];
  throw new CliError(`There is no role "${name}". ${suggestion(name, roles)}`);
}
