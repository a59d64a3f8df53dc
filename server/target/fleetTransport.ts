/** The transport to all machines of a fleet: ssh, or a local shell for this machine (`ansible_connection: local`). */
import type { Transport } from '../agent/contract.ts';
import { localTransport } from '../agent/local.ts';
import { sshTransport, type SshTransportOptions } from '../ssh/ssh.ts';
import type { Fleet } from '../fleet/fleet.ts';

/** Throws what `sshTransport` throws; connects to nothing yet. */
export function fleetTransport(fleet: Fleet, options: SshTransportOptions): Transport {
  const here = new Set(fleet.machines.flatMap(({ name, local }) => (local ? [name] : [])));
  const others = fleet.machines.filter(({ name }) => !here.has(name));
  if (here.size === 0) return sshTransport(fleet, options);
  const near = localTransport();
  const far = others.length === 0 ? undefined : sshTransport({ ...fleet, machines: others }, options);
  return {
    open: (role, signal) => (here.has(role) ? near : (far ?? near)).open(role, signal),
    warm: () => far?.warm(),
    prepare: (machine) => far?.prepare(machine),
    async close() {
      await near.close();
      await far?.close();
    },
  };
}
