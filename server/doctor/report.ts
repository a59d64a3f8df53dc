/** The report of a doctor as data: findings for each machine and for the fleet. */
import type { FindingKind } from './findings.ts';

/** `warn` lets checks run; `fail` stops them, or some of them. `remedy` is a command, or what to change where. */
export type Verdict =
  | { readonly level: 'ok'; readonly message: string }
  | { readonly level: 'warn' | 'fail'; readonly message: string; readonly remedy: string };
export type Finding = Verdict & { readonly kind: FindingKind };
export type Level = Finding['level'];

export type MachineReport = {
  readonly name: string;
  /** Empty for a jump machine. */
  readonly role: string;
  readonly address: string;
  readonly findings: readonly Finding[];
};

export type Report = {
  readonly fleet: string;
  readonly source: 'lab' | 'live';
  /** About the fleet as a whole. */
  readonly findings: readonly Finding[];
  readonly machines: readonly MachineReport[];
};

/** The worst of them. */
export function levelOf(findings: readonly Finding[]): Level {
  const has = (level: Level): boolean => findings.some((finding) => finding.level === level);
  return has('fail') ? 'fail' : has('warn') ? 'warn' : 'ok';
}

export const allFindings = ({ findings, machines }: Report): readonly Finding[] => [
  ...findings,
  ...machines.flatMap((machine) => machine.findings),
];
