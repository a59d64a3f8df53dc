/** The machines that are up: starts them, ends them, notices when one ends by itself. What runs on them beyond sshd is left to `world.ts`. */

import { answering } from './doors.ts';
import { type Guest, type GuestPlan, startGuest } from './guest.ts';
import { labMachines, type MachineName, machineNamed, type Namespace } from './machines.ts';
import { apply, ops } from './ops.ts';

export type Rack = {
  /** The process through which the machine is entered, or nothing when it has ended. */
  holder(name: MachineName): number | undefined;
  /** Whether the machine is on the switch: for a moment longer than it lives. */
  isUp(name: MachineName): boolean;
  /** Resolves when the machine's sshd answers. */
  up(name: MachineName): Promise<void>;
  down(name: MachineName): Promise<void>;
};

/** `holder` becomes undefined when the machine ends; `gone` resolves when it is also off the switch. */
type Slot = { holder: number | undefined; readonly guest: Guest; readonly gone: Promise<void> };

const sshdLimitMs = 8000;

export function openRack(
  plans: readonly GuestPlan[],
  network: (namespace: Namespace) => string,
  log: (line: string) => void,
): Rack {
  const slots = new Map<MachineName, Slot>();
  const wasUp = new Set<MachineName>();

  async function plugIn(name: MachineName): Promise<void> {
    const { port, address } = machineNamed(name);
    await apply(ops('windows', `ip link set ${port} master br0`), network);
    if (!wasUp.has(name)) return;
    // The others may hold that nobody is at this address, and would refuse to try for a while.
    const others: readonly Namespace[] = ['foot', ...labMachines.map((machine) => machine.name)];
    await Promise.all(others.map((other) => apply(ops(other, `ip neigh flush to ${address}`), network)));
  }

  // Off the bridge, not down: a link that goes down would take its routes with it.
  const unplug = (name: MachineName): Promise<void> =>
    apply(ops('windows', `ip link set ${machineNamed(name).port} nomaster`), network).catch((thrown) =>
      log(String(thrown)),
    );

  async function ending(name: MachineName, guest: Guest): Promise<void> {
    const said = await guest.ended;
    const slot = slots.get(name);
    if (slot !== undefined) slot.holder = undefined;
    log(`${machineNamed(name).hostName} has ended${said === '' ? '' : `: ${said}`}`);
    await unplug(name);
    slots.delete(name);
  }

  async function down(name: MachineName): Promise<void> {
    const slot = slots.get(name);
    slot?.guest.kill();
    await slot?.gone;
  }

  async function up(name: MachineName): Promise<void> {
    const plan = plans.find((known) => known.seed.machine.name === name);
    if (plan === undefined || slots.has(name)) return;
    await plugIn(name);
    wasUp.add(name);
    const guest = await startGuest(plan);
    slots.set(name, { holder: guest.holder, guest, gone: ending(name, guest) });
    const { address, hostName } = plan.seed.machine;
    try {
      await answering(address, 22, sshdLimitMs, guest.ended);
    } catch (thrown) {
      await down(name);
      throw thrown;
    }
    log(`${hostName} answers at ${address}`);
  }

  return { up, down, holder: (name) => slots.get(name)?.holder, isUp: (name) => slots.has(name) };
}
