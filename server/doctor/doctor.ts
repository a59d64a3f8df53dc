/**
 * Goes through every machine of a fleet and says what is missing there. It reads, and changes nothing; to a machine whose host key is
 * unknown or changed ssh sends nothing. What findings mean is decided in `reachFindings.ts` and `lookFindings.ts`.
 */
import type { LoadedWriteup } from '../content/load.ts';
import type { Fleet, Machine } from '../fleet/fleet.ts';
import {
  type Credentials,
  requiredCredentials,
  credentialVariables,
  missingSentence,
  type RequiredCredentials,
  withoutCredentials,
} from '../fleet/credentials.ts';
import { keyFault } from '../inventory/keyFile.ts';
import { realDisk } from '../files/boundedFiles.ts';
import { type Channel, type Identity, type Transport, TransportError } from '../agent/contract.ts';
import { PROBE_BYTES, PROBE_SECONDS, probeCommand, PROBE_ID, needsOf, parseProbe } from '../gate/probe.ts';
import { type LookFacts, lookFindings } from './probeFindings.ts';
import {
  answeredFindings,
  gateFindings,
  identityFindings,
  patternFindings,
  reachFindings,
} from './reachFindings.ts';
import { fail, type Finding, type MachineReport, type Report, warn } from './report.ts';

export type DoctorOptions = {
  readonly fleet: Fleet;
  readonly reach: Transport;
  readonly writeups: readonly LoadedWriteup[];
  readonly credentials: Credentials;
  /** The version of the gate that the machine of a role should have installed; empty when it is not known. */
  readonly gateOf: (role: string) => string;
  /** Seconds since 1970. */
  readonly clock: () => number;
  readonly signal: AbortSignal;
};

/** Machines that are asked at the same time. */
const AT_ONCE = 8;
/** Connecting may take 8 s, the greeting some more, and the look its own limit. */
const MACHINE_MS = 60_000;
const KNOWN_HOSTS_LIMIT_BYTES = 1024 * 1024;

/** Never rejects for what machines do. A machine that is aborted in the middle is `not-looked`. */
export async function doctor(options: DoctorOptions): Promise<Report> {
  const { fleet } = options;
  const read = realDisk.read(fleet.knownHosts, KNOWN_HOSTS_LIMIT_BYTES);
  const knownHosts = 'text' in read ? read.text : '';
  const seen = new Map<string, Identity>();
  const findings = new Map<string, readonly Finding[]>();
  const waiting = [...fleet.machines];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      findings.set(next.name, await visit(next, options, knownHosts, seen));
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, fleet.machines.length) }, worker));
  const machines = fleet.machines.map(({ name, role, address }): MachineReport => ({
    ...{ name, role, address },
    findings: [...(findings.get(name) ?? []), ...sameMachine(name, seen)],
  }));
  const played = new Set(fleet.machines.map(({ role }) => role));
  // A fleet may be for some writeups only: one of which it plays no role is no fault of it.
  const own = options.writeups.filter(({ writeup }) => writeup.roles.some(({ role }) => played.has(role)));
  const writeups = own.length > 0 ? own : options.writeups;
  const wanted = [...new Set(writeups.flatMap(({ writeup }) => writeup.roles.map(({ role }) => role)))];
  const unplayed = wanted.filter((role) => !played.has(role));
  return {
    fleet: fleet.name,
    source: fleet.source,
    findings: [
      ...patternFindings(knownHosts, fleet.knownHosts),
      ...unplayed.map(unplayedFinding),
      ...withoutCredentials(requiredCredentials(writeups), options.credentials).map(credentialsFinding),
    ],
    machines,
  };
}

const credentialsFinding = (wanted: RequiredCredentials): Finding =>
  warn(
    'credentials-missing',
    missingSentence(wanted),
    `name them with --credentials FILE (chmod 600): \`${wanted.of}: { ${wanted.fields.map((field) => `${field}: …`).join(', ')} }\`, or in ${credentialVariables(wanted.of, wanted.fields)}`,
  );

const unplayedFinding = (role: string): Finding =>
  fail(
    'role-unplayed',
    `no machine plays the role ${role}; its steps cannot be taken`,
    `write \`vantage_role: ${role}\` at one host of the inventory, or \`${role}: HOST\` below \`roles:\` in vantage.yaml beside it`,
  );

async function visit(
  machine: Machine,
  { fleet, reach, writeups, gateOf, clock, signal }: DoctorOptions,
  knownHosts: string,
  seen: Map<string, Identity>,
): Promise<readonly Finding[]> {
  const key = keyFault(machine);
  if (key !== undefined) return [fail('key-file', key.message, key.mend)];
  const limit = AbortSignal.any([signal, AbortSignal.timeout(MACHINE_MS)]);
  let channel: Channel;
  try {
    channel = await reach.open(machine.name, limit);
  } catch (error) {
    if (error instanceof TransportError)
      return reachFindings(machine, error, { file: fleet.knownHosts, text: knownHosts });
    throw error;
  }
  const { identity } = channel;
  seen.set(machine.name, identity);
  const before = [...answeredFindings(machine, identity), ...identityFindings(machine, identity)];
  // Whoever it is, it is asked nothing more.
  if (before.some(({ kind }) => kind === 'wrong-machine')) {
    channel.close();
    return before;
  }
  const gate =
    machine.role === '' || machine.local ? [] : gateFindings(machine, identity, gateOf(machine.role));
  const outdated = gate.some(({ kind }) => kind === 'gate-outdated');
  if (machine.role === '' || outdated) {
    channel.close();
    return [...before, ...gate];
  }
  const looked = await look(machine, channel, writeups, clock, limit);
  return [...before, ...gate, ...(Array.isArray(looked) ? looked : lookFindings(looked))];
}

async function look(
  machine: Machine,
  channel: Channel,
  writeups: readonly LoadedWriteup[],
  clock: () => number,
  signal: AbortSignal,
): Promise<LookFacts | Finding[]> {
  const needs = needsOf(writeups, machine.role);
  const cancel = (): void => channel.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  let text = '';
  let heardAt: number | undefined;
  const sentAt = clock();
  const ended = await channel.run(
    { id: PROBE_ID, command: probeCommand(needs), limits: { seconds: PROBE_SECONDS, bytes: PROBE_BYTES } },
    (stream, bytes) => {
      if (stream !== 'stdout') return;
      heardAt ??= clock();
      text += Buffer.from(bytes).toString('utf8');
    },
  );
  signal.removeEventListener('abort', cancel);
  channel.close();
  const answer = parseProbe(text);
  if (ended.how !== 'complete' || !answer.whole) {
    const why = 'message' in ended ? ended.message : `it ended ${ended.how}`;
    return [fail('not-looked', `${machine.name} could not be looked at: ${why}`, 'npx vantage doctor')];
  }
  // The machine read its clock after the order left here, and before the first line arrived.
  const ahead =
    answer.clock === undefined || heardAt === undefined
      ? undefined
      : { least: answer.clock - heardAt, most: answer.clock - sentAt };
  return { needs, look: answer, ahead, user: channel.identity.user };
}

/** Two names that lead to one machine: a mirrored address, or a copied disk. */
function sameMachine(name: string, seen: ReadonlyMap<string, Identity>): readonly Finding[] {
  const own = seen.get(name)?.machineId;
  if (own === undefined || own === '?') return [];
  const others = [...seen].flatMap(([other, { machineId }]) =>
    other !== name && machineId === own ? [other] : [],
  );
  return others.map((other) =>
    fail(
      'same-machine',
      `${name} and ${other} answer with the same machine-id ${own}: both names lead to one machine, or one is a copy of the other`,
      'correct ansible_host of one of them; on a copy: sudo rm /etc/machine-id && sudo systemd-machine-id-setup',
    ),
  );
}
