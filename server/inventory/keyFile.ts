/** Whether ssh can use a machine's key and nobody else can read it, and whether there are pinned keys. Never reads a key. */
import { accessSync, constants, type Stats, statSync } from 'node:fs';
import type { Fleet, Machine } from '../fleet/fleet.ts';
import { codeOf } from '../files/errors.ts';

export type KeyFault = { readonly message: string; readonly remedy: string };

/** Undefined for a key without a fault, and for a machine that needs none. */
export function keyFault({ name, keyFile, local }: Machine): KeyFault | undefined {
  if (local) return undefined;
  let found: Stats;
  try {
    found = statSync(keyFile);
  } catch (error) {
    return {
      message: `The key of ${name} should be in ${keyFile}, but it cannot be read (${codeOf(error)}).`,
      remedy: `ssh-keygen -t ed25519 -N '' -f '${keyFile}', or correct ansible_ssh_private_key_file`,
    };
  }
  if (!found.isFile())
    return {
      message: `The key of ${name} should be a file, but ${keyFile} is not.`,
      remedy: 'correct ansible_ssh_private_key_file in the inventory',
    };
  const mode = found.mode & 0o777;
  if ((mode & 0o077) === 0) return undefined;
  return {
    message: `The key of ${name}, ${keyFile}, can be used by others than its owner (mode ${mode.toString(8)}); ssh refuses such a key.`,
    remedy: `chmod 600 '${keyFile}'`,
  };
}

/** One sentence for each machine whose key is at fault. */
export const keyNotes = ({ machines }: Fleet): readonly string[] =>
  machines.flatMap((machine) => {
    const fault = keyFault(machine);
    return fault === undefined ? [] : [`${fault.message} Correct it with: ${fault.remedy}`];
  });

/** Without pinned keys no machine is known, so none is opened. */
export function pinFaults({ machines, knownHosts }: Fleet): readonly string[] {
  if (machines.every(({ local }) => local === true)) return [];
  try {
    accessSync(knownHosts, constants.R_OK);
    if (statSync(knownHosts).isFile()) return [];
    return [
      `${knownHosts}: expected the pinned host keys in this file, found none; write one line for each machine`,
    ];
  } catch (error) {
    return [
      `${knownHosts}: expected the pinned host keys in this file, found that it cannot be read (${codeOf(error)}); write one line for each machine: its name in the inventory, then its public host key, as \`npx vantage doctor\` tells it`,
    ];
  }
}
