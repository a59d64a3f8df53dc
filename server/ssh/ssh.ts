/** The transport over the OpenSSH client: pinned keys, one shared connection per machine, and agents that wait on it. */
import { readFileSync } from 'node:fs';
import type { Fleet } from '../fleet/fleet.ts';
import { type Transport, TransportError } from '../agent/contract.ts';
import { type AgentPool, createAgentPool } from './agentPool.ts';
import { createLogins } from './logins.ts';
import { sshClients } from './sshClients.ts';
import { sshProblem } from './sshProblem.ts';

export type SshTransportOptions = {
  /** Short and private: for the configuration and the control sockets. Made if missing. */
  readonly directory: string;
  /** How many agents wait on each machine. */
  readonly warm?: number;
  readonly log: (line: string) => void;
};

/** Throws when the fleet does not fit into an ssh configuration or its pinned keys cannot be read. Does not connect yet. */
export function sshTransport(fleet: Fleet, { directory, warm = 2, log }: SshTransportOptions): Transport {
  const knownHosts = { file: fleet.knownHosts, text: readKnownHosts(fleet.knownHosts) };
  const clients = sshClients(fleet, directory);
  const logins = createLogins();
  const pools = new Map<string, AgentPool>();
  for (const machine of fleet.machines) {
    pools.set(
      machine.name,
      createAgentPool({
        machine,
        clients,
        logins,
        warm,
        log,
        explain: (failure, sshLog) => sshProblem({ machine, knownHosts, log: sshLog, failure }),
      }),
    );
  }
  return {
    async open(role, signal) {
      const pool = pools.get(role);
      if (pool !== undefined) return pool.open(signal);
      const known = [...pools.keys()].join(', ');
      throw new TransportError(
        'unreachable',
        `There is no machine ${role} in the fleet ${fleet.name}; it has ${known}. Correct the check or the inventory.`,
      );
    },
    warm() {
      for (const pool of pools.values()) pool.warm();
    },
    prepare: (machine) => pools.get(machine)?.prepare(),
    async close() {
      for (const pool of pools.values()) pool.close();
      await clients.close();
    },
  };
}

function readKnownHosts(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const found = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new Error(
      `The pinned host keys should be in ${file}, but it cannot be read (${found}). Write one line there for each machine: its name, then its public host key.`,
    );
  }
}
