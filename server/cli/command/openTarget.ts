/** The fleet of one command: a lab that is up, a lab of its own, or the machines of an inventory. Running checks on it is left to `session.ts`. */
import { join, resolve } from 'node:path';
import { AS_DOCUMENTED } from '../../../src/core/vocabulary.ts';
import { onlyLabOf, writeupsIn } from '../../content/labs.ts';
import type { LoadedWriteup } from '../../content/load.ts';
import { requiredCredentials } from '../../fleet/credentials.ts';
import { readCredentials } from '../../config/credentialsFile.ts';
import { fleetTransport } from '../../target/fleetTransport.ts';
import { readInventories } from '../../inventory/inventory.ts';
import { readRoleFlags } from '../../inventory/roleMap.ts';
import type { RoleMap } from '../../inventory/roles.ts';
import { rolesOf } from '../../fleet/requiredRoles.ts';
import { gatesFor } from '../../gate/gates.ts';
import { combinationOf } from '../../lab/description/conditions.ts';
import type { LabDescription } from '../../lab/description/description.ts';
import { defaultDirectory } from '../../lab/directory.ts';
import { findLab, type Lab, labStatus, type LabStatus, startLab } from '../../lab/lab.ts';
import { sshTransport } from '../../ssh/ssh.ts';
import type { OpenFleet } from '../../runs/runRegistry.ts';
import { CliError } from './verb.ts';

export type PlaceChoice =
  | {
      readonly kind: 'lab';
      /** Nothing: as it is; a lab of its own starts as documented. */
      readonly condition: string | undefined;
      /** A lab that has to be up there; nothing: the usual one if it is up, otherwise one of its own. */
      readonly directory: string | undefined;
    }
  | {
      readonly kind: 'inventory';
      readonly files: readonly string[];
      readonly roles: RoleMap;
      /** The operator's file of names and passwords; nothing: what the environment says. */
      readonly credentials: string | undefined;
    };

export type Place = {
  readonly open: OpenFleet;
  /** Which it is, in words. */
  readonly message: string;
  /** Nothing for real machines. */
  readonly lab: Lab | undefined;
  close(): Promise<void>;
};

/** The options of every verb that reaches machines. */
export const placeOptions = {
  fleet: { type: 'string', multiple: true },
  roles: { type: 'string', multiple: true },
  credentials: { type: 'string' },
  condition: { type: 'string' },
  lab: { type: 'string' },
} as const;
export const placeUsage = `  --fleet lab|FILE     the lab (default), or the machines of this Ansible inventory; may be repeated
  --roles ROLE=HOST    which host plays a role, where the inventory does not say it
  --credentials FILE   names and passwords for the checks that log in at these machines
  --condition NAME     the lab in this condition (\`vantage conditions\`); in one of its own where the one that is up is in another
  --lab DIRECTORY      the lab that is up there`;

/** What these options ask for. */
export function placeChoice(
  options: {
    fleet?: string[];
    roles?: string[];
    credentials?: string;
    lab?: string;
    condition?: string;
  },
  usage: string,
): PlaceChoice {
  const { fleet, roles, credentials, lab, condition } = options;
  const files = (fleet ?? []).filter((file) => file !== 'lab');
  if (files.length > 0) {
    if (condition !== undefined)
      throw new CliError(
        '--condition belongs to the lab. These are real machines, and nothing on them is ever changed from here.',
      );
    if (lab !== undefined || files.length < (fleet ?? []).length)
      throw new CliError('The lab and an inventory exclude each other: name one of them.', usage);
    const read = readRoleFlags(roles ?? []);
    if ('fault' in read) throw new CliError(read.fault, usage);
    return {
      ...{ kind: 'inventory', files: files.map((file) => resolve(file)), roles: read.map },
      credentials: credentials === undefined ? undefined : resolve(credentials),
    };
  }
  if (credentials !== undefined)
    throw new CliError(
      '--credentials belongs to an inventory: name it with --fleet FILE. The lab has the documented ones.',
      usage,
    );
  if (roles !== undefined)
    throw new CliError('--roles belongs to an inventory: name it with --fleet FILE.', usage);
  return { kind: 'lab', condition, directory: lab === undefined ? undefined : resolve(lab) };
}

export type PlaceOptions = {
  readonly writeups: readonly LoadedWriteup[];
  /** Those whose checks will run there. */
  readonly asking: readonly LoadedWriteup[];
  readonly directory: string;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
};

/** Rejects with what to mend. `directory` is short, private and empty; it is used for sockets, and for a lab of its own. */
export async function openTarget(choice: PlaceChoice, options: PlaceOptions): Promise<Place> {
  const { directory, log } = options;
  if (choice.kind === 'inventory') return inventoryPlace(choice, options);
  const { lab, message, stop } = await openLab(choice, options);
  const transport = sshTransport(lab.fleet, { directory: join(directory, 'ssh'), log });
  transport.warm();
  const condition = () => lab.status().then((status) => status.condition);
  return {
    open: { fleet: lab.fleet, transport, condition, credentials: { kind: 'documented' } },
    message,
    lab,
    async close() {
      await transport.close();
      await stop();
    },
  };
}

type Opened = { readonly lab: Lab; readonly message: string; readonly stop: () => Promise<void> };

async function openLab(
  { condition, directory: asked }: Extract<PlaceChoice, { kind: 'lab' }>,
  { writeups, asking, directory, signal }: PlaceOptions,
): Promise<Opened> {
  const described = onlyLabOf(asking);
  const wanted = combinationOf(described, condition ?? AS_DOCUMENTED).name;
  const there = asked ?? defaultDirectory(described.name);
  const status = await labStatus(there).catch((error: unknown) => {
    // Somebody else's lab that is silent is no reason not to have one of our own.
    if (asked !== undefined) throw error;
    return undefined;
  });
  if (asked !== undefined && status === undefined)
    throw new CliError(`There is no lab in ${asked}. Start it with: npx vantage lab up --directory ${asked}`);
  if (asked !== undefined || fits(described, status, condition)) {
    const lab = await findLab(there);
    if (asked !== undefined && status !== undefined && !fits(described, status, condition))
      throw new CliError(
        `The lab in ${asked} is in ${status.condition}. Apply ${condition} first, or leave --lab out for a lab of its own.`,
      );
    // A lab that was only found goes on without us.
    if (lab) return { lab, message: `the lab that is up, in ${lab.condition}`, stop: () => lab.stop() };
  }
  const own = join(directory, 'lab');
  // What a start goes through is of no interest here; why one fails is thrown.
  const lab = await startLab({
    ...{ lab: described, directory: own, log: () => {}, signal, condition: wanted },
    gates: gatesFor(writeupsIn(writeups, described)),
  });
  const why =
    status === undefined
      ? ''
      : status.mode === 'tied'
        ? '; that of the docs server is left to its readers'
        : `; the one that is up stays in ${status.condition}`;
  return { lab, message: `a lab of its own, in ${wanted}${why}`, stop: () => lab.stop() };
}

/** A lab that belongs to a docs server is not used: its readers' captures would count what we send, and its conditions are theirs. */
const fits = (lab: LabDescription, status: LabStatus | undefined, condition: string | undefined): boolean =>
  status?.mode === 'detached' &&
  (condition === undefined || combinationOf(lab, condition).name === status.condition);

async function inventoryPlace(
  { files, roles: map, credentials: file }: Extract<PlaceChoice, { kind: 'inventory' }>,
  { writeups, directory, log }: PlaceOptions,
): Promise<Place> {
  const read = readInventories(files, { roles: rolesOf(writeups), map });
  if (!read.ok)
    throw new CliError(
      `The inventory has faults, so no machine can be reached:\n${read.problems.join('\n')}`,
    );
  for (const note of read.notes) log(note);
  const credentials = readCredentials(file, requiredCredentials(writeups), process.env);
  const transport = fleetTransport(read.fleet, { directory: join(directory, 'ssh'), log });
  const names = read.fleet.machines.map(({ name }) => name).join(', ');
  return {
    open: { fleet: read.fleet, transport, credentials, condition: () => Promise.resolve('') },
    message: `the machines of ${files.join(', ')}: ${names}`,
    lab: undefined,
    close: () => transport.close(),
  };
}
