/** For the doctor's lab tests: one report of a fleet, and its findings. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadContent, type LoadedWriteup } from '../content/load.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { fleetTransport } from '../target/fleetTransport.ts';
import { gateVersions } from '../gate/gates.ts';
import { doctor, type DoctorOptions } from './doctor.ts';
import type { FindingKind } from './findings.ts';
import type { Report } from './report.ts';
import type { Finding } from './findings.ts';

export const writeups: readonly LoadedWriteup[] = await loadContent(
  fileURLToPath(new URL('../../content', import.meta.url)),
);
export const now = (): number => Date.now() / 1000;

const gateOf = (role: string): string => gateVersions(writeups)[role] ?? '';
let count = 0;

/** One visit, with its own connections; `parent` is a short folder. */
export async function visit(
  parent: string,
  fleet: Fleet,
  change: Partial<Pick<DoctorOptions, 'clock' | 'writeups' | 'gateOf'>> = {},
): Promise<Report> {
  count += 1;
  const transport = fleetTransport(fleet, { directory: join(parent, `s${count}`), warm: 0, log: () => {} });
  const { signal } = new AbortController();
  try {
    return await doctor({
      ...{ fleet, transport, writeups, gateOf, clock: now, signal, credentials: { kind: 'documented' } },
      ...change,
    });
  } finally {
    await transport.close();
  }
}

export const of = (report: Report, name: string): readonly Finding[] =>
  report.machines.find((machine) => machine.name === name)?.findings ?? [];

export const kinds = (findings: readonly Finding[]): readonly string[] =>
  findings.map(({ kind, level }) => `${level} ${kind}`);

/** The finding of that kind, which has to be there; `remedy` is empty where none is needed. */
export function found(
  findings: readonly Finding[],
  kind: FindingKind,
): Finding & { readonly remedy: string } {
  const finding = findings.find((one) => one.kind === kind);
  if (finding === undefined) throw new Error(`expected ${kind}, found ${kinds(findings).join(', ')}`);
  return { remedy: '', ...finding };
}
