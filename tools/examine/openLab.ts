/** A lab of another release, ways to its machines, and one run of a check there. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Transport } from '../../server/agent/contract.ts';
import { labNamed, labsOf, writeupsIn } from '../../server/content/labs.ts';
import { loadContent } from '../../server/content/load.ts';
import { type Fleet, machineOf } from '../../server/fleet/fleet.ts';
import type { LabDescription } from '../../server/lab/description/description.ts';
import { type Lab, type LabOptions, startLab } from '../../server/lab/lab.ts';
import { runCheck } from '../../server/runs/runCheck.ts';
import { fleetTransport } from '../../server/target/fleetTransport.ts';
import type { Check } from '../../src/core/check/check.ts';
import type { Output, RunEvent } from '../../src/core/run/entry.ts';
import type { Judgement } from '../../src/core/run/judgement.ts';

export const PART_MS = 5 * 60_000;
export const writeups = await loadContent(fileURLToPath(new URL('../../content', import.meta.url)));
export const labs = labsOf(writeups);
/** The one whose machines are looked at in every way; in the others only checks are run. */
export const mainLab = labNamed(labs);

export type Open = { readonly lab: Lab; readonly directory: string; readonly checks: readonly Check[] };

export async function withLab<T>(
  described: LabDescription,
  how: Partial<LabOptions>,
  work: (open: Open) => Promise<T>,
): Promise<T> {
  const directory = mkdtempSync('/tmp/vm-');
  const options = { lab: described, directory: join(directory, 'lab'), log: () => {} };
  try {
    const lab = await startLab({ ...options, signal: AbortSignal.timeout(PART_MS), ...how });
    const own = writeupsIn(writeups, described);
    const checks = own.flatMap((writeup) => [...writeup.checks.values()].map(({ check }) => check));
    return await work({ lab, directory, checks }).finally(() => lab.stop());
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

export async function over<T>(open: Open, fleet: Fleet, work: (transport: Transport) => Promise<T>) {
  const transport = fleetTransport(fleet, { directory: join(open.directory, 's'), log: () => {} });
  return work(transport).finally(() => transport.close());
}

export const oneRun = (
  fleet: Fleet,
  transport: Transport,
  check: Check,
  emit: (body: RunEvent | Output) => void = () => {},
  signal = new AbortController().signal,
): Promise<Judgement> =>
  runCheck({
    ...{ check, transport, emit, signal, credentials: { kind: 'documented' } },
    now: () => performance.now(),
    machineOf: (role) => machineOf(fleet, role),
  });

/** A check that only reads, on one machine. */
export function readingOn({ checks }: Open): { readonly check: Check; readonly role: string } {
  const check = checks.find(({ effect, steps }) => effect === 'read' && steps.length === 1);
  if (check?.steps[0] === undefined) throw new Error('expected a check of one step that reads, found none');
  return { check, role: check.steps[0].role };
}
