/** `vantage doctor`: what every machine of a fleet lacks, with the command that mends it. Asking is left to `server/doctor/`. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { labsOf, writeupsIn } from '../content/labs.ts';
import { doctor } from '../doctor/doctor.ts';
import { allFindings, levelOf } from '../doctor/report.ts';
import { doctorText } from '../doctor/text.ts';
import { allowedCommandsFor, allowedCommands } from '../gate/allowList.ts';
import { gateProgram, versionOf } from '../gate/gateProgram.ts';
import { exits } from './command/exitStatus.ts';
import { readOptions, wordOf } from './command/options.ts';
import { openTarget, placeChoice, placeOptions, placeUsage } from './command/openTarget.ts';
import { contentOf } from './command/session.ts';
import { CliError, type CliContext, type Verb } from './command/verb.ts';

const usage = `usage: vantage doctor [options]

${placeUsage}
  --format text|json   (default text)

Every machine is asked, and none is changed: is it reached, does it hold the pinned key, is it who the inventory says, does it have
the tools and rights of the checks, sshd's limits, the right time, room, nothing left over, and the gate of these checks.

exit status: 0 nothing to mend, 1 something is, 3 usage or configuration`;

async function run(args: readonly string[], { root, signal, print, out }: CliContext): Promise<number> {
  const { values, positionals } = readOptions(args, usage, {
    ...placeOptions,
    format: { type: 'string', default: 'text' },
  });
  if (positionals.length > 0) throw new CliError(`Expected options only, found "${positionals[0]}".`, usage);
  const format = wordOf('--format', values.format, ['text', 'json'], usage);
  const choice = placeChoice(values, usage);
  const writeups = await contentOf(root);
  const orders = allowedCommands(writeups);
  const [lab] = labsOf(writeups);
  const asking = lab ? writeupsIn(writeups, lab) : [];
  const directory = await mkdtemp(join(tmpdir(), 'vantage-doctor-'));
  try {
    // What a machine lacks is in the report; the lines of its connection would say it twice.
    const place = await openTarget(choice, { writeups, asking, directory, log: () => {}, signal });
    print(`Asking ${place.message}.`);
    const report = await doctor({
      ...{ fleet: place.open.fleet, reach: place.open.transport, credentials: place.open.credentials },
      ...{ writeups, signal },
      gateOf: (role) => versionOf(gateProgram(allowedCommandsFor(orders, role))) ?? '',
      clock: () => Date.now() / 1000,
    }).finally(place.close);
    if (signal.aborted) return exits.interrupted;
    out(format === 'json' ? `${JSON.stringify(report, null, 1)}\n` : doctorText(report));
    return levelOf(allFindings(report)) === 'fail' ? exits.differs : exits.agrees;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

export const doctorVerb: Verb = {
  name: 'doctor',
  about: 'goes through every machine and says what is missing, with the command that mends it',
  ...{ usage, cancels: true, run },
};
