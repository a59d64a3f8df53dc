/** What the host must offer for a lab: programs and namespaces. */
import { existsSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import type { LabDescription } from './description/description.ts';
import type { LabProblem } from './problem.ts';
import packages from './packages.json' with { type: 'json' };

/** `onlyWithoutRoot`: an ordinary user needs it, as it hands out subordinate ids. */
export type LabPackage = {
  readonly package: string;
  readonly binary: string;
  readonly onlyWithoutRoot?: true;
};

export const labPackages = packages as readonly LabPackage[];

/** What any lab needs, and this one; not what only some of its conditions need. */
export const neededPackages = ({
  packages: own,
  services,
}: Pick<LabDescription, 'packages' | 'services'>) => {
  const later = Object.values(services).flatMap(({ optional, needs }) => (optional ? [needs] : []));
  return [...labPackages, ...own.filter(({ binary }) => !later.includes(binary))];
};

export type Facts = ReturnType<typeof factsHere>;

/** Everything that keeps the lab from starting, in one problem. Pure. */
export function whatIsMissing(
  facts: Facts,
  packages: readonly LabPackage[] = labPackages,
): LabProblem | undefined {
  const [first, ...others] = [
    ...withoutPrograms(facts, packages),
    ...withoutNamespaces(facts),
    ...(facts.root ? [] : withoutSubordinateIds(facts)),
  ];
  return first && { kind: first.kind, message: [first, ...others].map(({ message }) => message).join('. ') };
}

function withoutPrograms({ root, present }: Facts, packages: readonly LabPackage[]): LabProblem[] {
  const needed = packages.filter(({ onlyWithoutRoot }) => !(onlyWithoutRoot && root));
  const missing = [...new Set(needed.filter(({ binary }) => !present(binary)).map((one) => one.package))];
  if (missing.length === 0) return [];
  const message = `The lab needs programs that are not installed. ${root ? 'Install them with' : 'Ask root for'}: apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  return [{ kind: 'missing-tools', message }];
}

function withoutNamespaces({ root, setting }: Facts): LabProblem[] {
  const zero = ['user/max_net_namespaces', 'user/max_pid_namespaces', 'user/max_mnt_namespaces'];
  if (!root) zero.push('user/max_user_namespaces', 'kernel/unprivileged_userns_clone');
  const closed = zero.filter((path) => setting(path) === '0').map((path) => path.replace('/', '.'));
  const open = closed.map((name) => `${name}=${name.startsWith('user.') ? 1024 : 1}`);
  const switchedOff =
    closed.length === 0
      ? []
      : [
          noNamespaces(
            `namespaces are switched off here: ${closed.join(' and ')} ${closed.length === 1 ? 'is' : 'are'} 0. Ask root for: sysctl -w ${open.join(' ')}`,
          ),
        ];
  if (root || setting('kernel/apparmor_restrict_unprivileged_userns') !== '1') return switchedOff;
  return [
    ...switchedOff,
    noNamespaces(
      'AppArmor keeps ordinary users from namespaces: kernel.apparmor_restrict_unprivileged_userns is 1. Start the lab as root, or ask root for: sysctl -w kernel.apparmor_restrict_unprivileged_userns=0',
    ),
  ];
}

function withoutSubordinateIds({ user, uid, subuid, subgid }: Facts): LabProblem[] {
  const owns = (table: string): boolean =>
    table.split('\n').some((line) => {
      const [owner, , count] = line.split(':');
      return (owner === user || owner === String(uid)) && Number(count) >= 65_536;
    });
  const missing = [
    { file: '/etc/subuid', table: subuid, option: '--add-subuids' },
    { file: '/etc/subgid', table: subgid, option: '--add-subgids' },
  ].filter(({ table }) => !owns(table));
  if (missing.length === 0) return [];
  const files = missing.map(({ file }) => file).join(' and ');
  const options = missing.map(({ option }) => `${option} 100000-165535`).join(' ');
  return [
    noNamespaces(
      `an ordinary user needs 65536 subordinate ids, and ${files} ${missing.length === 1 ? 'gives' : 'give'} ${user} none. Start the lab as root, or ask root for: usermod ${options} ${user}`,
    ),
  ];
}

const noNamespaces = (why: string): LabProblem => ({
  kind: 'no-namespaces',
  message: `The lab cannot start: ${why}`,
});

const read = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

/** Empty when the user id has no name, as happens in containers. */
const userName = (): string => {
  try {
    return userInfo().username;
  } catch {
    return '';
  }
};

/** The facts of this machine. */
export const factsHere = () => ({
  root: process.getuid?.() === 0,
  user: userName(),
  uid: process.getuid?.() ?? -1,
  subuid: read('/etc/subuid') ?? '',
  subgid: read('/etc/subgid') ?? '',
  present: (binary: string): boolean => existsSync(binary),
  /** Content of a file under /proc/sys, or nothing if the kernel has no such setting. */
  setting: (path: string) => read(`/proc/sys/${path}`)?.trim(),
});
