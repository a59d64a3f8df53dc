/** Reaches every machine of a fleet: over ssh, but for this very machine (`ansible_connection: local`). How is left to `reach/`. */
import type { Reach } from '../agent/contract.ts';
import { localReach } from '../agent/local.ts';
import { sshReach, type SshReachOptions } from '../ssh/ssh.ts';
import type { Fleet } from '../fleet/fleet.ts';

/** Throws what `sshReach` throws; connects to nothing yet. */
export function fleetReach(fleet: Fleet, options: SshReachOptions): Reach {
  const here = new Set(fleet.machines.flatMap(({ name, local }) => (local ? [name] : [])));
  const others = fleet.machines.filter(({ name }) => !here.has(name));
  if (here.size === 0) return sshReach(fleet, options);
  const near = localReach();
  const far = others.length === 0 ? undefined : sshReach({ ...fleet, machines: others }, options);
  return {
    open: (vantage, signal) => (here.has(vantage) ? near : (far ?? near)).open(vantage, signal),
    warm: () => far?.warm(),
    async close() {
      await near.close();
      await far?.close();
    },
  };
}
