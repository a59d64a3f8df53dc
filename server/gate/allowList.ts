/** The allow list of a machine's gate: one allowed command for each step, with the hash that pins it. Pure. */
import { requestHash } from '../agent/commandRequest.ts';
import type { LoadedWriteup } from '../content/load.ts';
import { rolesOf } from '../fleet/fleet.ts';
import { needsOf, PROBE_ID, PROBE_SECONDS, probeCommand, stopOf } from './probe.ts';

export type AllowedCommand = ReturnType<typeof allowedCommands>[number];

/**
 * The commands of all steps, in the order of their checks; then, for each role, the probe of `vantage doctor`. `id` is `<check>/<step>`, as
 * it is sent; `stop` is empty when there is none; `input`: it reads one line on standard input, with a value from an earlier step.
 */
export function allowedCommands(writeups: readonly LoadedWriteup[]) {
  const steps = writeups.flatMap(({ id: writeup, checks }) =>
    [...checks.values()].flatMap(({ check }) =>
      check.steps.map((step) => {
        const { command, limits, role } = step;
        const input = step.input !== undefined;
        const pinned = { command, stop: stopOf(step), seconds: limits.seconds, input };
        return { id: `${check.id}/${step.id}`, writeup, role, ...pinned, hash: requestHash(pinned) };
      }),
    ),
  );
  const probes = rolesOf(writeups).map((role) => {
    const command = probeCommand(needsOf(writeups, role));
    const pinned = { command, stop: '', seconds: PROBE_SECONDS, input: false };
    return { id: PROBE_ID, writeup: 'vantage', role, ...pinned, hash: requestHash(pinned) };
  });
  return [...steps, ...probes];
}

/** The allow list of a machine in this role; a command that two writeups share is there once. */
export function allowedCommandsFor(
  commands: readonly AllowedCommand[],
  role: string,
): readonly AllowedCommand[] {
  const own = commands.filter((one) => one.role === role);
  return [...new Map(own.map((one) => [`${one.id} ${one.hash}`, one])).values()];
}

export const rolesIn = (commands: readonly AllowedCommand[]): readonly string[] => [
  ...new Set(commands.map(({ role }) => role)),
];
