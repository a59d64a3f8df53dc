/** Which findings follow from what a machine answered. Pure. */
import type { Identity, TransportError } from '../agent/contract.ts';
import type { Machine } from '../fleet/fleet.ts';
import { type Needs, type ProbeResult, keywords, type SshdLimits } from '../gate/probe.ts';
import { sudoDoubt, variantOf } from '../gate/toolVersions.ts';
import { pinnedKeys } from '../ssh/knownHosts.ts';
import { never } from '../../src/core/vocabulary.ts';
import { type ClockOffset, finding, type Finding } from './findings.ts';

export type Pins = { readonly file: string; readonly text: string };

export function assessFailure(machine: Machine, error: TransportError, pins: Pins): readonly Finding[] {
  const { message } = error;
  const reached = [finding('reachable', machine)];
  const verified = [...reached, finding('host-key-pinned', '')];
  switch (error.problem) {
    case 'unreachable':
      if (/does not know the setting/.test(message)) return [finding('ssh-client-old', message)];
      return [finding('unreachable', machine, message)];
    case 'host-key': {
      const isUnknown = pinnedKeys(pins.text, machine.name).length === 0;
      return [
        ...reached,
        finding(isUnknown ? 'host-key-unknown' : 'host-key-changed', machine, message, pins.file),
      ];
    }
    case 'refused-login':
      if (error.refusedBy !== undefined) return [finding('unreachable', machine, message)];
      if (/PerSourcePenalties/.test(message)) return [...reached, finding('address-punished', message)];
      return [...verified, finding('login-refused', machine, message)];
    case 'not-an-agent':
      if (/OpenSSH_for_Windows|is not recognized as|Microsoft Windows|PowerShell/i.test(message))
        return [...verified, finding('answers-as-windows', machine)];
      // A jump machine need not run anything.
      if (machine.role === '') return [...verified, finding('login-accepted', machine, '')];
      return [...verified, finding('no-agent', machine, message)];
    default:
      return never(error.problem);
  }
}

/** Who answered, and whether it is the machine of the inventory. */
export function assessIdentity(machine: Machine, identity: Identity): readonly Finding[] {
  const { hostName, machineId, kernel, hostKey, user } = identity;
  const who = `${hostName}, ${machineId}, ${kernel}`;
  const stated = machine.machineId;
  return [
    finding('reachable', { ...machine, user }),
    ...(machine.local ? [] : [finding('host-key-pinned', hostKey), finding('login-accepted', machine, user)]),
    stated === undefined
      ? finding('identity-not-stated', machine, machineId, who)
      : stated === machineId
        ? finding('right-machine', who)
        : finding('wrong-machine', machine, identity),
  ];
}

/** `expected` is the version of the gate that the site would build now; empty when it is not known. */
export function assessGate(machine: Machine, { gate }: Identity, expected: string): Finding {
  if (gate === '') return finding('gate-missing', machine);
  if (gate === expected || expected === '') return finding('gate-current', gate);
  return finding('gate-outdated', machine, gate, expected);
}

/** Lines that pin a key for more than the names on them. */
export function assessPins({ text, file }: Pins): readonly Finding[] {
  return text.split('\n').flatMap((line, index) => {
    const [names = ''] = line.trim().split(/\s+/);
    if (names === '' || names.startsWith('#') || !/[*?!|]|^@cert-authority/.test(names)) return [];
    return [finding('pinned-by-pattern', file, index + 1)];
  });
}

export type ProbeFacts = {
  readonly needs: Needs;
  readonly probe: ProbeResult;
  /** Undefined when the clock could not be read. */
  readonly clock: ClockOffset | undefined;
  readonly user: string;
};

const SKEW_SECONDS = 2;
const LOW_DISK_KIB = 32 * 1024;
const LEAST_DISK_KIB = 1024;

export function assessProbe(facts: ProbeFacts): readonly Finding[] {
  const { probe, user, clock } = facts;
  return [
    ...assessTools(facts),
    ...assessRoot(facts),
    ...assessSshd(probe.sshd, user),
    ...(clock === undefined
      ? []
      : [finding(skewSeconds(clock) <= SKEW_SECONDS ? 'clock-agrees' : 'clock-skewed', clock)]),
    ...assessDisks(facts),
    assessLeftovers(facts),
  ];
}

function assessTools({ needs, probe }: ProbeFacts): Finding[] {
  const missing = needs.tools.filter((tool) => probe.missing.includes(tool));
  const said = (tool: string): string => (needs.tools.includes(tool) ? (probe.versions.get(tool) ?? '') : '');
  const versions = needs.tools.map((tool) => {
    const variant = variantOf(said(tool));
    return `${tool} ${numberIn(said(tool))}${variant === undefined ? '' : ` (${variant})`}`.trim();
  });
  const sudo = said('sudo');
  const packageVersion = probe.packages.get('sudo') ?? '';
  const doubt = sudoDoubt(sudo, packageVersion);
  const variant = variantOf(said('timeout'));
  return [
    missing.length === 0 ? finding('tools-there', versions) : finding('tool-missing', missing),
    ...(doubt === undefined ? [] : [finding('tool-doubtful', sudo, packageVersion, doubt)]),
    ...(variant === undefined || needs.root.length === 0 ? [] : [finding('timeout-differs', variant)]),
  ];
}

/** The version number in the output of a tool; empty when there is none. */
const numberIn = (text: string): string => /\d+(?:\.\d+)+(?:[a-z]\d+)?|\b\d{8}\b/.exec(text)?.[0] ?? '';

function assessRoot({ needs, probe, user }: ProbeFacts): Finding[] {
  if (needs.root.length === 0) return [];
  const refused = needs.root.filter((_, index) => probe.granted.get(index) !== true);
  return [
    refused.length === 0
      ? finding('root-granted', user, needs.root.length)
      : finding('root-refused', user, refused),
  ];
}

const skewSeconds = ({ least, most }: ClockOffset): number => Math.max(0, least, -most);

/** Six commands at once and two waiting agents share a connection, and one session holds it. */
const SESSIONS = 9;

function assessSshd(limits: SshdLimits, user: string): Finding[] {
  const [sessions, startups, interval, count] = keywords.map((keyword) => limits.get(keyword));
  if (sessions === undefined || startups === undefined || interval === undefined || count === undefined)
    return [finding('sshd-limits-unread', user)];
  const lease = 'a command still ends by its lease';
  const rules = [
    [
      Number(sessions) < SESSIONS,
      'MaxSessions',
      '10',
      `${sessions}, and up to ${SESSIONS} sessions share one connection; sshd refuses more commands`,
    ],
    [
      Number(startups.split(':')[0]) < 3,
      'MaxStartups',
      '10:30:100',
      `${startups}; sshd may refuse logins at random`,
    ],
    [
      Number(interval) === 0,
      'ClientAliveInterval',
      '5',
      `0, so sshd never notices that this server is gone; ${lease}`,
    ],
    [
      Number(count) === 0,
      'ClientAliveCountMax',
      '3',
      `0, so sshd keeps a connection whose other end is gone; ${lease}`,
    ],
  ] as const;
  const low = rules.flatMap(([isLow, keyword, value, why]) =>
    isLow ? [finding('sshd-limits-low', user, keyword, value, why)] : [],
  );
  const all = `MaxSessions ${sessions}, MaxStartups ${startups}, ClientAlive ${interval} s × ${count}`;
  return low.length > 0 ? low : [finding('sshd-limits', all)];
}

function assessDisks({ probe }: ProbeFacts): Finding[] {
  const mounts = probe.disks.map(({ mount }) => mount);
  const disks = probe.disks.filter(({ mount }, index) => mounts.indexOf(mount) === index);
  const low = disks.filter(({ freeKib }) => freeKib < LOW_DISK_KIB);
  if (low.length > 0) return low.map((disk) => finding('disk-full', disk, LEAST_DISK_KIB));
  return disks.length === 0 ? [] : [finding('disk-free', disks)];
}

function assessLeftovers({ probe, needs }: ProbeFacts): Finding {
  // A younger capture belongs to a run that is still going.
  const old = probe.captures.filter(({ seconds }) => seconds > needs.seconds);
  const processes = [
    ...probe.left.map(({ pid, command }) => ({ pid, what: command.trim() })),
    ...old.map(({ pid, seconds }) => ({ pid, what: `a capture, ${seconds} s old` })),
  ];
  return processes.length === 0 ? finding('nothing-left') : finding('left-over', processes);
}
