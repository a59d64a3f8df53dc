/** Opens the fleet of one command: a lab that is up, a lab of its own, or the machines of an inventory. */
import { join, resolve } from 'node:path';
import { AS_DOCUMENTED } from '../../../src/core/vocabulary.ts';
import { onlyLabOf, writeupsIn } from '../../content/labs.ts';
import type { LoadedWriteup } from '../../content/load.ts';
import { requiredCredentials } from '../../fleet/credentials.ts';
import { readCredentials } from '../../config/credentialsFile.ts';
import { fleetTransport } from '../../target/fleetTransport.ts';
import { readInventories } from '../../inventory/inventory.ts';
import { readRoleFlags, type RoleMap } from '../../inventory/roles.ts';
import { everyRoleOf } from '../../../src/core/check/members.ts';
import { rolesOf } from '../../fleet/fleet.ts';
import { gatesFor } from '../../gate/gates.ts';
import { combinationOf } from '../../lab/description/conditions.ts';
import type { LabDescription } from '../../lab/description/description.ts';
import { defaultDirectory } from '../../lab/directory.ts';
import { findLab, type Lab, type LabOptions, labStatus, type LabStatus, startLab } from '../../lab/lab.ts';
import type { Transport } from '../../agent/contract.ts';
import { inTemporaryFolder } from '../../files/temporaryFolder.ts';
import { sshTransport } from '../../ssh/ssh.ts';
import type { OpenFleet } from '../../runs/runRegistry.ts';
import { CliError } from './exitStatus.ts';
import { list, text, type Values } from './options.ts';

export type TargetChoice =
  | {
      readonly kind: 'lab';
      /** Without it the lab as it is; a lab of its own starts as documented. */
      readonly condition: string | undefined;
      /** A lab that must be up there; without it the usual one if it is up, otherwise one of its own. */
      readonly directory: string | undefined;
    }
  | {
      readonly kind: 'inventory';
      readonly files: readonly string[];
      readonly roles: RoleMap;
      /** The file of a key for every machine, or `agent`; without it what the inventory says. */
      readonly identity: string | undefined;
      /** The operator's file of names and passwords; without it the environment. */
      readonly credentials: string | undefined;
    };

export type Target = {
  readonly open: OpenFleet;
  readonly message: string;
  close(): Promise<void>;
};

export const targetOptions = {
  fleet: list('lab|FILE', 'the lab (default), or the machines of this Ansible inventory; may be repeated'),
  roles: list('ROLE=HOST', 'which host plays a role, if the inventory does not say it'),
  identity: text('FILE', 'the private key for every machine, or `agent`; default: what the inventory says'),
  credentials: text('FILE', 'names and passwords for the checks that log in at these machines'),
  condition: text('NAME', 'the lab in this condition (`vantage conditions`); a lab of its own if needed'),
  lab: text('DIRECTORY', 'the lab that is up there'),
};

export function targetChoice(options: Values<typeof targetOptions>): TargetChoice {
  const { fleet, roles, identity, credentials, lab, condition } = options;
  const files = fleet.filter((file) => file !== 'lab').map((file) => resolve(file));
  const isLab = files.length === 0;
  if (!isLab && condition !== undefined)
    throw new CliError('--condition belongs to the lab: nothing is ever changed on real machines.');
  if (!isLab && (lab !== undefined || files.length < fleet.length))
    throw new CliError('The lab and an inventory exclude each other: name one of them.');
  if (isLab) {
    const given = { credentials, identity, roles: roles[0] };
    const [stray] = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : name));
    const hint = stray === 'credentials' ? ' The lab has the documented ones.' : '';
    if (stray !== undefined)
      throw new CliError(`--${stray} belongs to an inventory: name it with --fleet FILE.${hint}`);
    return { kind: 'lab', condition, directory: lab === undefined ? undefined : resolve(lab) };
  }
  const read = readRoleFlags(roles);
  if ('fault' in read) throw new CliError(read.fault);
  return {
    ...{ kind: 'inventory', files, roles: read.map },
    identity: identity === undefined || identity === 'agent' ? identity : resolve(identity),
    credentials: credentials === undefined ? undefined : resolve(credentials),
  };
}

export type TargetOptions = {
  readonly writeups: readonly LoadedWriteup[];
  /** Those whose checks will run there. */
  readonly asking: readonly LoadedWriteup[];
  /** Short, private and empty: for sockets, and for a lab of its own. */
  readonly directory: string;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
};

export async function openTarget(choice: TargetChoice, options: TargetOptions): Promise<Target> {
  if (choice.kind === 'inventory') return openInventory(choice, options);
  const { lab, message } = await openLab(choice, options);
  const transport = sshTransport(lab.fleet, { directory: join(options.directory, 'ssh'), log: options.log });
  transport.warm();
  return {
    open: {
      ...{ fleet: lab.fleet, transport, condition: lab.conditionNow },
      credentials: { kind: 'documented' },
    },
    message,
    async close() {
      await transport.close();
      await lab.stop();
    },
  };
}

/** Does `work` in a lab of its own, which is gone afterwards. `prefix` begins the name of its folder in /tmp. */
export const inOwnLab = <T>(
  prefix: string,
  { lab: described, log, signal }: Required<Pick<LabOptions, 'lab' | 'log' | 'signal'>>,
  work: (open: { readonly lab: Lab; readonly transport: Transport }) => Promise<T>,
): Promise<T> =>
  inTemporaryFolder(`/tmp/${prefix}`, async (directory) => {
    const lab = await startLab({ lab: described, directory: join(directory, 'lab'), log, signal });
    try {
      const transport = sshTransport(lab.fleet, { directory: join(directory, 'ssh'), log });
      return await work({ lab, transport }).finally(transport.close);
    } finally {
      await lab.stop();
    }
  });

async function openLab(
  { condition, directory: asked }: Extract<TargetChoice, { kind: 'lab' }>,
  { writeups, asking, directory, signal }: TargetOptions,
): Promise<{ readonly lab: Lab; readonly message: string }> {
  const described = onlyLabOf(asking);
  const wanted = combinationOf(described, condition ?? AS_DOCUMENTED).name;
  const usual = asked ?? defaultDirectory(described.name);
  const status = await labStatus(usual).catch((error: unknown) => {
    // If somebody else's lab does not answer, we can still start our own.
    if (asked !== undefined) throw error;
    return undefined;
  });
  if (asked !== undefined && status === undefined)
    throw new CliError(`There is no lab in ${asked}. Start it with: npx vantage lab up --directory ${asked}`);
  const isUsable = fits(described, status, condition);
  if (asked !== undefined && status?.mode === 'detached' && !isUsable)
    throw new CliError(
      `The lab in ${asked} is in ${status.condition}. Apply ${condition} first, or leave --lab out for a lab of its own.`,
    );
  // `stop` of a lab that was found only disconnects; `findLab` refuses the lab of a docs server.
  const found = isUsable || asked !== undefined ? await findLab(usual) : undefined;
  if (found) return { lab: found, message: `the lab that is up, in ${found.condition}` };
  const lab = await startLab({
    ...{ lab: described, directory: join(directory, 'lab'), log: () => {}, signal, condition: wanted },
    gates: gatesFor(writeupsIn(writeups, described)),
  });
  return { lab, message: `a lab of its own, in ${wanted}${whyNot(status)}` };
}

function whyNot(status: LabStatus | undefined): string {
  if (status === undefined) return '';
  if (status.mode === 'tied') return '; the lab of the docs server is only for its readers';
  return `; the one that is up stays in ${status.condition}`;
}

/** A docs server's lab is never used: its readers' captures would count our packets, and they choose its condition. */
const fits = (lab: LabDescription, status: LabStatus | undefined, condition: string | undefined): boolean =>
  status?.mode === 'detached' &&
  (condition === undefined || combinationOf(lab, condition).name === status.condition);

async function openInventory(
  { files, roles: map, identity, credentials: file }: Extract<TargetChoice, { kind: 'inventory' }>,
  { writeups, directory, log }: TargetOptions,
): Promise<Target> {
  const read = readInventories(files, {
    roles: rolesOf(writeups),
    every: everyRoleOf(writeups),
    map,
    identity,
  });
  if (!read.ok)
    throw new CliError(
      `The inventory has errors, so no machine can be reached:\n${read.problems.join('\n')}`,
    );
  for (const note of [...read.unplayed, ...read.notes]) log(note);
  const credentials = readCredentials(file, requiredCredentials(writeups), process.env);
  const transport = fleetTransport(read.fleet, { directory: join(directory, 'ssh'), log });
  const names = read.fleet.machines.map(({ name }) => name).join(', ');
  return {
    open: { fleet: read.fleet, transport, credentials, condition: () => Promise.resolve('') },
    message: `the machines of ${files.join(', ')}: ${names}`,
    close: () => transport.close(),
  };
}
