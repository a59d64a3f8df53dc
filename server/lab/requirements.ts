/** What the machine under the lab must offer: programs and namespaces. The list of programs is plain data in `packages.json`. */

import { existsSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import type { LabProblem } from './problem.ts';
import packages from './packages.json' with { type: 'json' };

/** `onlyFor` names the conditions that need the program; the lab itself does without it. */
export type LabPackage = {
  readonly package: string;
  readonly binary: string;
  readonly onlyFor?: readonly string[];
};

export const labPackages: readonly LabPackage[] = packages;

/** What an ordinary user needs beyond `labPackages`: the setuid helpers that hand out subordinate ids. */
const rootlessPackage = { package: 'uidmap', binary: '/usr/bin/newuidmap' };

export type Facts = {
  readonly root: boolean;
  readonly user: string;
  readonly uid: number;
  readonly subuid: string;
  readonly subgid: string;
  readonly present: (binary: string) => boolean;
  /** Content of a file under /proc/sys, or nothing if the kernel has no such setting. */
  readonly setting: (path: string) => string | undefined;
};

/** The first thing that stands in the lab's way, or nothing. Pure: looks at `facts` only. */
export function whatIsMissing(facts: Facts): LabProblem | undefined {
  const always = labPackages.filter(({ onlyFor }) => onlyFor === undefined);
  const needed = facts.root ? always : [...always, rootlessPackage];
  const missing = [
    ...new Set(needed.filter((tool) => !facts.present(tool.binary)).map((tool) => tool.package)),
  ];
  if (missing.length > 0) {
    const say = `The lab needs programs that are not installed. Install them with: apt-get install -y --no-install-recommends ${missing.join(' ')}`;
    return { kind: 'missing-tools', say };
  }
  return forbidden(facts) ?? (facts.root ? undefined : withoutSubordinateIds(facts));
}

function forbidden(facts: Facts): LabProblem | undefined {
  const zero = ['user/max_net_namespaces', 'user/max_pid_namespaces', 'user/max_mnt_namespaces'];
  if (!facts.root) zero.push('user/max_user_namespaces', 'kernel/unprivileged_userns_clone');
  const closed = zero.find((path) => facts.setting(path) === '0');
  if (closed !== undefined) {
    const name = closed.replace('/', '.');
    return no(
      `namespaces are switched off here: ${name} is 0. Ask root for: sysctl -w ${name}=${closed.startsWith('user/') ? 1024 : 1}`,
    );
  }
  if (!facts.root && facts.setting('kernel/apparmor_restrict_unprivileged_userns') === '1') {
    return no(
      'AppArmor keeps ordinary users from namespaces: kernel.apparmor_restrict_unprivileged_userns is 1. Start the lab as root, or ask root for: sysctl -w kernel.apparmor_restrict_unprivileged_userns=0',
    );
  }
  return undefined;
}

function withoutSubordinateIds(facts: Facts): LabProblem | undefined {
  const owns = (table: string): boolean =>
    table.split('\n').some((line) => {
      const [owner, , count] = line.split(':');
      return (owner === facts.user || owner === String(facts.uid)) && Number(count) >= 65_536;
    });
  const file = !owns(facts.subuid) ? '/etc/subuid' : !owns(facts.subgid) ? '/etc/subgid' : undefined;
  if (file === undefined) return undefined;
  return no(
    `an ordinary user needs 65536 subordinate ids, and ${file} gives ${facts.user} none. Start the lab as root, or ask root for: usermod --add-subuids 100000-165535 --add-subgids 100000-165535 ${facts.user}`,
  );
}

const no = (why: string): LabProblem => ({ kind: 'no-namespaces', say: `The lab cannot start: ${why}` });

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
export const factsHere = (): Facts => ({
  root: process.getuid?.() === 0,
  user: userName(),
  uid: process.getuid?.() ?? -1,
  subuid: read('/etc/subuid') ?? '',
  subgid: read('/etc/subgid') ?? '',
  present: existsSync,
  setting: (path) => read(`/proc/sys/${path}`)?.trim(),
});
