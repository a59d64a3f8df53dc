/** The report of a doctor as data: findings for each machine and for the fleet. */
import type { Finding } from './findings.ts';

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
  readonly findings: readonly Finding[];
  readonly machines: readonly MachineReport[];
};

export function levelOf(findings: readonly Finding[]): Level {
  const has = (level: Level): boolean => findings.some((finding) => finding.level === level);
  return has('fail') ? 'fail' : has('warn') ? 'warn' : 'ok';
}

export const allFindings = ({ findings, machines }: Report): readonly Finding[] => [
  ...findings,
  ...machines.flatMap((machine) => machine.findings),
];
