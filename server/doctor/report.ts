/** What a doctor's visit comes to, as data: findings of a closed list, for each machine and for the fleet. Words for people are in `text.ts`. */

/** Every finding there is. What one says and how bad it is depends on the machine. */
export const findingKinds = [
  'key-file',
  'reachable',
  'unreachable',
  'host-key-pinned',
  'host-key-unknown',
  'host-key-changed',
  'login-accepted',
  'login-refused',
  'no-agent',
  'answers-as-windows',
  'right-machine',
  'wrong-machine',
  'same-machine',
  'identity-not-stated',
  'gate-current',
  'gate-outdated',
  'gate-missing',
  'tools-there',
  'tool-missing',
  'tool-doubtful',
  'root-granted',
  'root-refused',
  'sshd-limits',
  'sshd-limits-low',
  'sshd-limits-unread',
  'clock-agrees',
  'clock-skewed',
  'disk-free',
  'disk-full',
  'nothing-left',
  'left-over',
  'not-looked',
  'pinned-by-pattern',
  'role-unplayed',
  'credentials-missing',
] as const;
export type FindingKind = (typeof findingKinds)[number];

export type Finding =
  | { readonly kind: FindingKind; readonly level: 'ok'; readonly message: string }
  /** `mend` is a command, or what to change where; `warn` lets checks be taken, `fail` does not, or not all. */
  | {
      readonly kind: FindingKind;
      readonly level: 'warn' | 'fail';
      readonly message: string;
      readonly mend: string;
    };
export type Level = Finding['level'];

export type MachineReport = {
  readonly name: string;
  /** Empty for a machine that others are only reached through. */
  readonly role: string;
  readonly address: string;
  readonly findings: readonly Finding[];
};

export type Report = {
  readonly fleet: string;
  readonly source: 'lab' | 'live';
  /** About no machine alone. */
  readonly findings: readonly Finding[];
  readonly machines: readonly MachineReport[];
};

export const ok = (kind: FindingKind, message: string): Finding => ({ kind, level: 'ok', message });
export const warn = (kind: FindingKind, message: string, mend: string): Finding => ({
  kind,
  level: 'warn',
  message,
  mend,
});
export const fail = (kind: FindingKind, message: string, mend: string): Finding => ({
  kind,
  level: 'fail',
  message,
  mend,
});

/** The worst of them. */
export function levelOf(findings: readonly Finding[]): Level {
  const has = (level: Level): boolean => findings.some((finding) => finding.level === level);
  return has('fail') ? 'fail' : has('warn') ? 'warn' : 'ok';
}

export const allFindings = ({ findings, machines }: Report): readonly Finding[] => [
  ...findings,
  ...machines.flatMap((machine) => machine.findings),
];
