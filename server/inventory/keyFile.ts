/** Whether ssh can use a machine's key and nobody else can read it, and whether there are pinned keys. Never reads a key. */
import { accessSync, constants, type Stats, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import type { Fleet, Machine } from '../fleet/fleet.ts';
import { codeOf } from '../files/errors.ts';

export type KeyFault = { readonly message: string; readonly remedy: string };

/** Those that ssh tries by itself. */
const DEFAULT_KEYS = 'id_rsa id_ecdsa id_ecdsa_sk id_ed25519 id_ed25519_sk id_xmss id_dsa'.split(' ');

/** The machine with a file for its key where ssh's default is used: the first that is there. ssh takes the home of the user, not $HOME. */
function withDefaultKey(machine: Machine, folder: string): Machine {
  const names = DEFAULT_KEYS.filter((name) => statSync(join(folder, name), { throwIfNoEntry: false }));
  return { ...machine, keyFile: join(folder, names[0] ?? 'id_ed25519') };
}

/** Undefined for a key without a fault, and for a machine that needs none. */
export function keyFault(machine: Machine, folder = join(userInfo().homedir, '.ssh')): KeyFault | undefined {
  const { name, local, agent } = machine;
  if (local || agent !== undefined) return undefined;
  const isDefault = machine.keyFile === '';
  const { keyFile } = isDefault ? withDefaultKey(machine, folder) : machine;
  let found: Stats;
  try {
    found = statSync(keyFile);
  } catch (error) {
    if (isDefault)
      return {
        message: `The inventory names no key for ${name}, and none of ssh's default keys is in ${folder}.`,
        remedy: `ssh-keygen -t ed25519 -N '' -f '${keyFile}', or ansible_ssh_private_key_file in the inventory, or --identity FILE`,
      };
    return {
      message: `The key of ${name} should be in ${keyFile}, but it cannot be read (${codeOf(error)}).`,
      remedy: `ssh-keygen -t ed25519 -N '' -f '${keyFile}', or correct ansible_ssh_private_key_file or --identity`,
    };
  }
  if (!found.isFile())
    return {
      message: `The key of ${name} should be a file, but ${keyFile} is not.`,
      remedy: 'correct ansible_ssh_private_key_file in the inventory, or --identity',
    };
  const mode = found.mode & 0o777;
  if ((mode & 0o077) === 0) return undefined;
  return {
    message: `The key of ${name}, ${keyFile}, can be used by others than its owner (mode ${mode.toString(8)}); ssh refuses such a key.`,
    remedy: `chmod 600 '${keyFile}'`,
  };
}

/** The key of `--identity`, for every machine: a file, or `agent`. */
export function identityOf(
  named: string | undefined,
  { SSH_AUTH_SOCK: agent = '' }: Readonly<Record<string, string | undefined>>,
): Pick<Machine, 'keyFile' | 'agent'> | { readonly fault: string } | undefined {
  if (named === undefined) return undefined;
  if (named !== 'agent') return { keyFile: resolve(named) };
  if (agent !== '') return { keyFile: '', agent };
  return {
    fault:
      '--identity: expected the socket of an ssh agent in SSH_AUTH_SOCK, found none; start one (`eval "$(ssh-agent)" && ssh-add`), or name a file',
  };
}

/** One sentence for each machine whose key is at fault, and one for all that have ssh's default keys. */
export function keyNotes({ machines }: Fleet): readonly string[] {
  const byKey = Map.groupBy(machines, (one) => (keyFault(one) && !one.keyFile ? '' : one.name));
  return [...byKey.values()].flatMap(([machine, ...others]) => {
    if (machine === undefined) return [];
    const name = [machine, ...others].map((one) => one.name).join(', ');
    const fault = keyFault({ ...machine, name });
    return fault === undefined ? [] : [`${fault.message} Correct it with: ${fault.remedy}`];
  });
}

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
