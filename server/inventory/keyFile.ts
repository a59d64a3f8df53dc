/** Whether ssh could use a machine's key, and nobody else read it; whether there are pinned keys at all. Asked of the disk, never of a key's content. */
import { accessSync, constants, type Stats, statSync } from 'node:fs';
import type { Fleet, Machine } from '../fleet/fleet.ts';

export type KeyFault = { readonly message: string; readonly mend: string };

/** Nothing when the key is fine, or when there is none because no ssh is needed. */
export function keyFault({ name, keyFile, local }: Machine): KeyFault | undefined {
  if (local) return undefined;
  let found: Stats;
  try {
    found = statSync(keyFile);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const message = `The key of ${name} should be in ${keyFile}, but it cannot be looked at (${code}).`;
    return {
      message,
      mend: `ssh-keygen -t ed25519 -N '' -f '${keyFile}', or correct ansible_ssh_private_key_file`,
    };
  }
  if (!found.isFile())
    return {
      message: `The key of ${name} should be a file, but ${keyFile} is none.`,
      mend: 'correct ansible_ssh_private_key_file in the inventory',
    };
  const mode = found.mode & 0o777;
  if ((mode & 0o077) === 0) return undefined;
  return {
    message: `The key of ${name}, ${keyFile}, may be used by others than its owner (mode ${mode.toString(8)}); ssh refuses such a key.`,
    mend: `chmod 600 '${keyFile}'`,
  };
}

/** One sentence for each machine whose key is at fault. */
export const keyNotes = ({ machines }: Fleet): readonly string[] =>
  machines.flatMap((machine) => {
    const fault = keyFault(machine);
    return fault === undefined ? [] : [`${fault.message} Mend it with: ${fault.mend}`];
  });

/** Without pinned keys every machine would be a stranger, so none is opened. */
export function pinFaults({ machines, knownHosts }: Fleet): readonly string[] {
  if (machines.every(({ local }) => local === true)) return [];
  try {
    accessSync(knownHosts, constants.R_OK);
    if (statSync(knownHosts).isFile()) return [];
    return [
      `${knownHosts}: expected the pinned host keys in this file, found none; write one line for each machine`,
    ];
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return [
      `${knownHosts}: expected the pinned host keys in this file, found that it cannot be read (${code}); write one line for each machine: its name in the inventory, then its public host key, as \`npx vantage doctor\` tells it`,
    ];
  }
}
