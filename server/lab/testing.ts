/** What the lab's tests share: a directory of their own, a look at the host, processes of the lab seen from outside, waiting. */

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { LabStatus } from './protocol.ts';

/** A short directory (socket paths are limited) for a lab in it, and its removal. */
export function testPlace(): {
  readonly directory: string;
  readonly parent: string;
  readonly remove: () => void;
} {
  const parent = mkdtempSync('/tmp/vl-');
  return {
    directory: `${parent}/lab`,
    parent,
    remove: () => rmSync(parent, { recursive: true, force: true }),
  };
}

/** Resolves when `holds` does; rejects after `limitMs`, saying what was waited for. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  limitMs = 30_000,
): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`expected within ${limitMs} ms: ${what}`);
    await pause(10);
  }
}

const said = (program: string, ...args: string[]): string =>
  execFileSync(program, args, { encoding: 'utf8' });

/** What shows the state of the network and the name. An ordinary user may not look at, and so cannot have changed, the rule set of the host. */
const hostLooks = [
  'ip -br link',
  'ip -br address',
  'ip rule',
  'ip route show table all',
  ...(process.getuid?.() === 0 ? ['nft list ruleset'] : []),
  'hostname',
];

/** Everything of this machine that a lab could leave a trace in. */
export const hostState = (): Record<string, string> => ({
  looks: said('/bin/sh', '-ec', hostLooks.map((look) => `echo "# ${look}"; ${look}`).join('\n')),
  mounts: readFileSync('/proc/self/mountinfo', 'utf8'),
  users: createHash('sha256')
    .update(['/etc/passwd', '/etc/group', '/etc/hosts'].map((file) => readFileSync(file, 'utf8')).join(''))
    .digest('hex'),
});

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

/** Living processes that are `ancestor` or come from it. */
export function family(ancestor: number): number[] {
  const parents = new Map<number, number>();
  for (const entry of readdirSync('/proc')) {
    const [, pid, state, parent] = /^(\d+) \(.*\) (\S) (\d+) /s.exec(read(`/proc/${entry}/stat`)) ?? [];
    if (pid !== undefined && state !== 'Z') parents.set(Number(pid), Number(parent));
  }
  const belongs = (pid: number): boolean => {
    const parent = parents.get(pid);
    return pid === ancestor || (parent !== undefined && parent !== 0 && belongs(parent));
  };
  return [...parents.keys()].filter(belongs);
}

/** Kills a process; one that ended by itself a moment ago, as its relatives died, is what was wanted. */
export function killAtOnce(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

export const parentOf = (pid: number): number =>
  Number(/^\d+ \(.*\) \S (\d+) /s.exec(read(`/proc/${pid}/stat`))?.[1]);

/** As the process calls itself. */
export const nameOf = (pid: number): string => read(`/proc/${pid}/comm`).trim();

export const alive = (pid: number): boolean =>
  !['', 'Z'].includes(/^\d+ \(.*\) (\S) /s.exec(read(`/proc/${pid}/stat`))?.[1] ?? '');

/** The number, here, of the lab's first process. */
export function firstProcess(status: LabStatus): number {
  for (const entry of readdirSync('/proc')) {
    try {
      if (readlinkSync(`/proc/${entry}/ns/pid`) !== status.pidNamespace) continue;
      if (/^NSpid:.*\s1$/m.test(read(`/proc/${entry}/status`))) return Number(entry);
    } catch {
      // Ended meanwhile.
    }
  }
  throw new Error(`expected the first process of ${status.pidNamespace}, found none`);
}

/** Paths to the lab's network namespaces from here: its machines, its other namespaces, and the one of the docs server. Needs root. */
export function networksOf(status: LabStatus): string[] {
  const first = firstProcess(status);
  const seen = new Map<string, string>();
  for (const entry of readdirSync(`/proc/${first}/fd`)) {
    const path = `/proc/${first}/fd/${entry}`;
    const target = linkOf(path);
    if (target.startsWith('net:[') && !seen.has(target)) seen.set(target, path);
  }
  return [...seen.values()];
}

const linkOf = (path: string): string => {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
};

const separator = '# the next namespace';
const looks = `ip -batch - <<END
rule
route show table all
neigh show nud permanent
END
ip -br addr; nft -s list ruleset; grep -rs . /proc/sys/net/ipv4/conf /proc/sys/net/ipv4/ip_*`;

/** All that a condition may change in these namespaces. Counters are left out, and what IPv6 sets up by itself some time after the start. */
export const networkState = (paths: readonly string[]): string[] =>
  said(
    '/bin/sh',
    '-ec',
    `for path; do nsenter --net="$path" /bin/sh -c '${looks}'; echo '${separator}'; done`,
    'sh',
    ...paths,
  )
    .split(`${separator}\n`)
    .slice(0, -1)
    .map((text) =>
      text
        .replace(/counter packets \d+ bytes \d+/g, 'counter')
        .replace(/ fe80::\S+\/64 *$/gm, '')
        .split('\n')
        .map((line) => line.trimEnd())
        .filter((line) => line !== '' && !/\b(fe80|ff00)::/.test(line))
        .join('\n'),
    );
