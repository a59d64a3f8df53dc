/** The gates of all roles, made from the same checks as the page; what a writeup asks for on the machines, and what the site shows to operators. Pure. */
import type { LoadedWriteup } from '../content/load.ts';
import { rolesOf } from '../fleet/fleet.ts';
import { allowedCommands, allowedCommandsFor, type AllowedCommand, rolesIn } from './allowList.ts';
import { gateProgram, versionOf } from './gateProgram.ts';
import { installFor, installScript } from './install.ts';
import { rootCommandsOf } from './sudoers.ts';

type ByRole = { readonly [role: string]: string };

export function gatesFor(writeups: readonly LoadedWriteup[]): ByRole {
  const commands = allowedCommands(writeups);
  return Object.fromEntries(
    rolesOf(writeups).map((role) => [role, gateProgram(allowedCommandsFor(commands, role))]),
  );
}

export const gateVersions = (writeups: readonly LoadedWriteup[]): ByRole =>
  Object.fromEntries(Object.entries(gatesFor(writeups)).map(([role, gate]) => [role, versionOf(gate) ?? '']));

export type Gate = ReturnType<typeof gatesOf>[number];

/** Placeholders that ops/operate.mdx explains. */
const example = {
  user: 'USER',
  publicKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIYourOwnPublicKey vantage',
  from: '192.0.2.10',
};

export function gatesOf(writeups: readonly LoadedWriteup[]) {
  const all = allowedCommands(writeups);
  return [...new Set(all.map(({ role }) => role))].map((role) => {
    const install = installFor(all, role, example);
    return {
      ...{ role, version: install.version, commands: install.commands.length },
      files: install.files.map(({ path, message, text }) => ({ path, message, text })),
      script: installScript(install, example.user),
    };
  });
}

export type RoleRights = ReturnType<typeof roleRights>;

export function rightsOf(writeups: readonly LoadedWriteup[]): ReadonlyMap<string, readonly RoleRights[]> {
  const versions = gateVersions(writeups);
  const byWriteup = Map.groupBy(allowedCommands(writeups), ({ writeup }) => writeup);
  return new Map(
    [...byWriteup].map(([writeup, own]) => [
      writeup,
      rolesIn(own)
        .toSorted()
        .map((role) => roleRights(role, allowedCommandsFor(own, role), versions[role] ?? '')),
    ]),
  );
}

/** `gate`: the version of the gate for this role, which has the commands of every writeup. `root`: word for word, as sudoers permits them. */
const roleRights = (role: string, commands: readonly AllowedCommand[], gate: string) => ({
  ...{ role, gate },
  commands: commands.map(({ id, command, stop, seconds, input }) => ({
    ...{ id, command, stop, seconds, input },
  })),
  root: rootCommandsOf(commands).map((argv) => argv.join(' ')),
});
