/** The report of a doctor: findings for each machine and for the fleet, as data and as text for a terminal. Pure. */
import type { Finding } from './findings.ts';

export type Level = Finding['level'];

type MachineReport = {
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

const signs = { ok: 'ok  ', warn: 'warn', fail: 'FAIL' } as const;

export function doctorText(report: Report): string {
  const { fleet, source, findings, machines } = report;
  const parts = [
    `${fleet} (${source}): ${machines.length} ${machines.length === 1 ? 'machine' : 'machines'}`,
    ...(findings.length === 0 ? [] : [lines(findings)]),
    ...machines.map(machineText),
    summary(report),
  ];
  return `${parts.join('\n\n')}\n`;
}

function machineText({ name, role, address, findings }: MachineReport): string {
  const part = role === '' ? 'jump machine' : role;
  return `${name}  ${part} at ${address}\n${lines(findings)}`;
}

const lines = (findings: readonly Finding[]): string =>
  findings
    .flatMap((finding) => [
      `  ${signs[finding.level]}  ${finding.kind.padEnd(19)} ${plain(finding.message)}`,
      ...(finding.level === 'ok' ? [] : [`        remedy: ${plain(finding.remedy)}`]),
    ])
    .join('\n');

function summary(report: Report): string {
  const { machines } = report;
  const all = allFindings(report);
  const count = (level: Finding['level']): number => all.filter((finding) => finding.level === level).length;
  const fine = machines.filter(({ findings }) => levelOf(findings) !== 'fail').length;
  if (levelOf(all) === 'ok') return `All ${machines.length} machines are ready.`;
  return `${fine} of ${machines.length} machines can run every check; ${count('fail')} to correct, ${count('warn')} to consider.`;
}

/** Output of a machine must not move the cursor. */
const plain = (text: string): string =>
  text.replace(
    /[^\x20-\x7e\u00a0-\u200a\u2010-\u2027\u2030-\uffff]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
