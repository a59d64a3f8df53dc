/** Starts and ends machines, and notices when one ends by itself. */
import { type PathOf, runCommands } from './commands.ts';
import type { LabDescription } from './description/description.ts';
import { type MachinePlan, type MachineProcess, startMachine } from './machine/machineProcess.ts';
import { forgetCommands, plugCommands } from './network.ts';
import { waitForPort } from './sshSockets.ts';

/** `holder` is there from when sshd answers until the machine ends; `gone` resolves when it is also off the switch. */
type Slot = { holder: number | undefined; readonly process: MachineProcess; readonly gone: Promise<void> };

const sshdLimitMs = 20_000;

export function openMachines(
  lab: LabDescription,
  plans: readonly MachinePlan[],
  path: PathOf,
  log: (line: string) => void,
) {
  const slots = new Map<string, Slot>();
  const wasUp = new Set<string>();

  async function ending(name: string, process: MachineProcess): Promise<void> {
    const words = await process.ended;
    const slot = slots.get(name);
    if (slot !== undefined) slot.holder = undefined;
    log(`${name} has ended${words === '' ? '' : `: ${words}`}`);
    await runCommands(plugCommands(lab, name, 'out'), path).catch((thrown) => log(String(thrown)));
    slots.delete(name);
  }

  async function down(name: string): Promise<void> {
    const slot = slots.get(name);
    slot?.process.kill();
    await slot?.gone;
  }

  /** Resolves when the machine's sshd answers. */
  async function up(name: string): Promise<void> {
    const plan = plans.find((known) => known.seed.machine.name === name);
    if (plan === undefined || slots.has(name)) return;
    const { address, hostName } = plan.seed.machine;
    if (wasUp.has(name))
      await runCommands([...plugCommands(lab, name, 'in'), ...forgetCommands(lab, address)], path);
    wasUp.add(name);
    const process = await startMachine(plan);
    const slot: Slot = { holder: undefined, process, gone: ending(name, process) };
    slots.set(name, slot);
    try {
      await waitForPort(address, 22, sshdLimitMs, process.ended);
      slot.holder = process.holder;
    } catch (thrown) {
      await down(name);
      throw thrown;
    }
    log(`${hostName} answers at ${address}`);
  }

  return {
    ...{ up, down },
    /** The process through which the machine is entered; undefined before its sshd answers and after its end. */
    holder: (name: string) => slots.get(name)?.holder,
    /** Whether the machine is on the switch: for a moment longer than it lives. */
    isUp: (name: string) => slots.has(name),
  };
}
