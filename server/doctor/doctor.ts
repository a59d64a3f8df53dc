/** Probes every machine of a fleet and reports what is missing there. It only reads; ssh sends nothing to a machine whose host key is unknown or changed. */
import { type Channel, type Identity, type Transport, TransportError } from '../agent/contract.ts';
import type { LoadedWriteup } from '../content/load.ts';
import { realDisk } from '../files/boundedFiles.ts';
import { mapAtOnce } from '../files/queue.ts';
import { type Credentials, requiredCredentials, withoutCredentials } from '../fleet/credentials.ts';
import type { Fleet, Machine } from '../fleet/fleet.ts';
import { needsOf, parseProbe, PROBE_BYTES, PROBE_ID, PROBE_SECONDS, probeCommand } from '../gate/probe.ts';
import { keyFault } from '../inventory/keyFile.ts';
import { assessFailure, assessGate, assessIdentity, assessPins, assessProbe, type Pins } from './assess.ts';
import { finding, type Finding } from './findings.ts';
import type { Report } from './report.ts';

export type DoctorOptions = {
  readonly fleet: Fleet;
  readonly transport: Transport;
  readonly writeups: readonly LoadedWriteup[];
  readonly credentials: Credentials;
  /** The version of the gate that a machine of this role should have; empty when it is not known. */
  readonly gateOf: (role: string) => string;
  /** Seconds since 1970. */
  readonly clock: () => number;
  readonly signal: AbortSignal;
};

const AT_ONCE = 8;
/** Connecting may take 8 s, the handshake some more, and the probe has its own limit. */
const MACHINE_MS = 60_000;
const KNOWN_HOSTS_LIMIT_BYTES = 1024 * 1024;

/** Never rejects for what machines do. A machine that is aborted in the middle is `not-probed`. */
export async function doctor(options: DoctorOptions): Promise<Report> {
  const { fleet, credentials } = options;
  const read = realDisk.read(fleet.knownHosts, KNOWN_HOSTS_LIMIT_BYTES);
  const pins = { file: fleet.knownHosts, text: 'text' in read ? read.text : '' };
  const identities = new Map<string, Identity>();
  const findings = await mapAtOnce(fleet.machines, AT_ONCE, (machine) =>
    visit(machine, options, pins, identities),
  );
  const played = new Set(fleet.machines.map(({ role }) => role));
  // A fleet may be for some writeups only: one of which it plays no role is no fault of it.
  const own = options.writeups.filter(({ writeup }) => writeup.roles.some(({ role }) => played.has(role)));
  const writeups = own.length > 0 ? own : options.writeups;
  const roles = new Set(writeups.flatMap(({ writeup }) => writeup.roles.map(({ role }) => role)));
  const missing = withoutCredentials(requiredCredentials(writeups), credentials);
  return {
    fleet: fleet.name,
    source: fleet.source,
    findings: [
      ...assessPins(pins),
      ...[...roles].filter((role) => !played.has(role)).map((role) => finding('role-unplayed', role)),
      ...missing.map((required) => finding('credentials-missing', required)),
    ],
    machines: fleet.machines.map(({ name, role, address }, nth) => ({
      ...{ name, role, address },
      findings: [...(findings[nth] ?? []), ...sameMachine(name, identities)],
    })),
  };
}

async function visit(
  machine: Machine,
  options: DoctorOptions,
  pins: Pins,
  identities: Map<string, Identity>,
): Promise<readonly Finding[]> {
  const fault = keyFault(machine);
  if (fault !== undefined) return [finding('key-file', fault)];
  const limit = AbortSignal.any([options.signal, AbortSignal.timeout(MACHINE_MS)]);
  let channel: Channel;
  try {
    channel = await options.transport.open(machine.name, limit);
  } catch (error) {
    if (error instanceof TransportError) return assessFailure(machine, error, pins);
    throw error;
  }
  try {
    const { identity } = channel;
    identities.set(machine.name, identity);
    const who = assessIdentity(machine, identity);
    const hasGate = machine.role !== '' && !machine.local;
    const gate = hasGate ? [assessGate(machine, identity, options.gateOf(machine.role))] : [];
    const isWrong = who.some(({ kind }) => kind === 'wrong-machine');
    if (isWrong) return who;
    // An outdated gate would refuse the probe.
    if (machine.role === '' || gate.some(({ kind }) => kind === 'gate-outdated')) return [...who, ...gate];
    return [...who, ...gate, ...(await probe(machine, channel, options, limit))];
  } finally {
    channel.close();
  }
}

async function probe(
  machine: Machine,
  channel: Channel,
  { writeups, clock }: DoctorOptions,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const needs = needsOf(writeups, machine.role);
  const cancel = (): void => channel.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  let text = '';
  let receivedAt: number | undefined;
  const sentAt = clock();
  const ended = await channel.run(
    { id: PROBE_ID, command: probeCommand(needs), limits: { seconds: PROBE_SECONDS, bytes: PROBE_BYTES } },
    (stream, bytes) => {
      if (stream !== 'stdout') return;
      receivedAt ??= clock();
      text += Buffer.from(bytes).toString('utf8');
    },
  );
  signal.removeEventListener('abort', cancel);
  const result = parseProbe(text);
  if (ended.how !== 'complete' || !result.whole) {
    const why = 'message' in ended ? ended.message : `it ended ${ended.how}`;
    return [finding('not-probed', machine.name, why)];
  }
  // The machine read its clock after the command left here, and before its first line arrived.
  const offset =
    result.clock === undefined || receivedAt === undefined
      ? undefined
      : { least: result.clock - receivedAt, most: result.clock - sentAt };
  return assessProbe({ needs, probe: result, clock: offset, user: channel.identity.user });
}

/** Two names that lead to one machine: a shared address, or a copied disk. */
function sameMachine(name: string, identities: ReadonlyMap<string, Identity>): readonly Finding[] {
  const own = identities.get(name)?.machineId;
  if (own === undefined || own === '?') return [];
  const others = [...identities].filter(([other, { machineId }]) => other !== name && machineId === own);
  return others.map(([other]) => finding('same-machine', name, other, own));
}
