/**
 * Reaches the machines of a fleet over the OpenSSH client: pinned keys, one shared connection per machine, agents kept warm on it.
 * How many channels a machine serves at once is the runner's business; its sshd allows ten sessions by default.
 */
import { readFileSync } from 'node:fs';
import type { Fleet } from '../fleet/fleet.ts';
import { type Transport, TransportError } from '../agent/contract.ts';
import { type Line, machineLine } from './agentPool.ts';
import { sshClients } from './sshClients.ts';
import { sshProblem } from './sshProblem.ts';

export type SshTransportOptions = {
  /** Short and private: for the configuration and the control sockets. Made when it is not there. */
  readonly directory: string;
  /** How many agents wait on each machine. */
  readonly warm?: number;
  readonly log: (line: string) => void;
};

/** Throws when the fleet cannot be written as an ssh configuration or its pinned keys cannot be read; connects to nothing yet. */
export function sshTransport(fleet: Fleet, { directory, warm = 2, log }: SshTransportOptions): Transport {
  const knownHosts = { file: fleet.knownHosts, text: pinned(fleet.knownHosts) };
  const place = sshClients(fleet, directory);
  const lines = new Map<string, Line>();
  for (const machine of fleet.machines) {
    lines.set(
      machine.name,
      machineLine({
        machine,
        place,
        warm,
        log,
        explain: (silence, said) => sshProblem({ machine, knownHosts, log: said, silence }),
      }),
    );
  }
  return {
    async open(role, signal) {
      const line = lines.get(role);
      if (line !== undefined) return line.open(signal);
      const known = [...lines.keys()].join(', ');
      throw new TransportError(
        'unreachable',
        `There is no machine ${role} in the fleet ${fleet.name}; it has ${known}. Correct the check or the inventory.`,
      );
    },
    warm() {
      for (const line of lines.values()) line.warm();
    },
    async close() {
      for (const line of lines.values()) line.close();
      await place.close();
    },
  };
}

function pinned(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const found = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new Error(
      `The pinned host keys should be in ${file}, but it cannot be read (${found}). Write one line there for each machine: its name, then its public host key.`,
    );
  }
}
