/** Inventories for tests: a disk that is a few texts, one machine with any variable, and what reading finds. */
import type { Disk } from '../files/boundedFiles.ts';
import { type Inventory, readInventories, type Wanted } from './inventory.ts';

export const FILE = '/srv/fleet/inventory.yml';

/** Files by their names; folders are there when a file is in them. */
export function diskOf(files: Readonly<Record<string, string>>): Disk {
  const names = Object.keys(files).sort();
  return {
    look(path) {
      if (Object.hasOwn(files, path)) return 'file';
      return names.some((name) => name.startsWith(`${path}/`)) ? 'directory' : 'nothing';
    },
    list: (path) => [
      ...new Set(
        names.flatMap((name) =>
          name.startsWith(`${path}/`) ? [name.slice(path.length + 1).split('/')[0] ?? ''] : [],
        ),
      ),
    ],
    read(path, limitBytes) {
      const text = files[path];
      if (text === undefined) return { fault: 'no regular file' };
      const bytes = Buffer.byteLength(text);
      return bytes > limitBytes ? { fault: `${bytes} bytes` } : { text };
    },
  };
}

/** What is read from these files; those beside the first `count` belong to it. */
export const readFiles = (
  files: Readonly<Record<string, string>>,
  roles: readonly string[],
  { count = 1, map = new Map(), ...wanted }: { readonly count?: number } & Partial<Wanted> = {},
): Inventory => readInventories(Object.keys(files).slice(0, count), { roles, map, ...wanted }, diskOf(files));

export const readText = (text: string, roles: readonly string[] = ['backend'], file = FILE): Inventory =>
  readFiles({ [file]: text }, roles);

/** The problems that keep the inventory from being used. */
export const problems = (
  text: string,
  roles: readonly string[] = ['backend'],
  file = FILE,
): readonly string[] => {
  const read = readText(text, roles, file);
  return read.ok ? [] : read.problems;
};

/** One machine of the role backend, with one variable replaced or added. */
export const withVariable = (name: string, value: string): string =>
  `backend:\n  hosts:\n    vm20:\n${Object.entries({
    ansible_host: '10.0.0.20',
    ansible_user: 'autobot',
    ansible_ssh_private_key_file: '/k',
    [name]: value,
  })
    .map(([key, text]) => `      ${key}: ${text}\n`)
    .join('')}`;

/** An inventory with groups, a jump machine, and hosts that are none of ours. */
export const good = `
all:
  vars:
    ansible_user: autobot
    ansible_ssh_private_key_file: keys/id_ed25519
  children:
    manager:
      hosts:
        vm19:
          ansible_host: 172.16.168.19
    apps:
      vars:
        ansible_port: 2222
        ansible_user: outer
      children:
        backend:
          vars: { ansible_user: inner }
          hosts:
            vm20:
              ansible_host: 172.16.168.20
              ansible_ssh_common_args: "-o ProxyJump=vm19 -o ConnectTimeout=5"
              vantage_machine_id: 0123456789abcdef0123456789abcdef
        frontend:
          hosts:
            vm21: { ansible_host: "fd00::21", vantage_role: browser, vantage_socket: run/vm21.sock }
    network:
      hosts:
        Switch-7: { ansible_connection: network_cli, ansible_user: "{{ lookup('env', 'X') }}" }
        "-odd name": { ansible_host: "$(touch x)" }
`;
export const ROLES = ['manager', 'backend', 'browser'];
