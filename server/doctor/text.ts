/** A doctor's report for a terminal: one line for each finding, and its remedy below. Pure. */
import { allFindings, levelOf, type MachineReport, type Report } from './report.ts';
import type { Finding } from './findings.ts';

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
