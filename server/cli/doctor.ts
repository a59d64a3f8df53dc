/** `vantage doctor`: what every machine of a fleet lacks, with the command that corrects it. */
import { labNamed, labsOf, writeupsIn } from '../content/labs.ts';
import type { LoadedWriteup } from '../content/load.ts';
import { doctor } from '../doctor/doctor.ts';
import { allFindings, type Level, levelOf, type Report, doctorText } from '../doctor/report.ts';
import { inTemporaryFolder } from '../files/temporaryFolder.ts';
import { gateVersions } from '../gate/gates.ts';
import { exitStatus } from './command/exitStatus.ts';
import { textOrJson } from './command/formats.ts';
import { text } from './command/options.ts';
import { openTarget, targetChoice, type TargetChoice, targetOptions } from './command/openTarget.ts';
import { loadWriteups } from './command/session.ts';
import { type CliContext, defineVerb } from './command/verb.ts';

export const doctorVerb = defineVerb({
  name: 'doctor',
  about: 'checks every machine and says what is missing, with the command that corrects it',
  options: {
    writeup: text('ID', 'the lab of this writeup (default: every lab, one report each)'),
    ...targetOptions,
    format: textOrJson,
  },
  notes: `Probes every machine and changes none: reachable, pinned key, the machine of the inventory, tools and rights of the checks,
limits of sshd, clock, disk space, leftovers, and the gate of these checks.

exit status: 0 nothing to correct, 1 something is, 3 usage or configuration`,
  cancels: true,
  async run({ values }, context) {
    const { format } = values;
    const choice = targetChoice(values);
    const writeups = await loadWriteups(context.root);
    const labs = labsOf(writeups);
    // A directory or a condition is that of one lab.
    const isOne = values.writeup !== undefined || values.lab !== undefined || values.condition !== undefined;
    const chosen = isOne ? [labNamed(labs, values.writeup)] : labs;
    const groups = choice.kind === 'lab' ? chosen.map((lab) => writeupsIn(writeups, lab)) : [writeups];
    const levels: Level[] = [];
    for (const asking of groups) {
      const report = await probeFleet(choice, writeups, asking, context);
      if (context.signal.aborted) return exitStatus.interrupted;
      context.out(format === 'json' ? `${JSON.stringify(report, null, 1)}\n` : doctorText(report));
      levels.push(levelOf(allFindings(report)));
    }
    return levels.includes('fail') ? exitStatus.differs : exitStatus.agrees;
  },
});

async function probeFleet(
  choice: TargetChoice,
  all: readonly LoadedWriteup[],
  asking: readonly LoadedWriteup[],
  { signal, print }: CliContext,
): Promise<Report> {
  // The gate of a lab's machine has the commands of that lab only.
  const writeups = choice.kind === 'lab' ? asking : all;
  const versions = gateVersions(writeups);
  return inTemporaryFolder('vantage-doctor-', async (directory) => {
    // The report says what a machine lacks; the connection's log would repeat it.
    const target = await openTarget(choice, { writeups: all, asking, directory, log: () => {}, signal });
    print(`Probing ${target.message}.`);
    return doctor({
      ...{ ...target.open, writeups, signal },
      gateOf: (role) => versions[role] ?? '',
      clock: () => Date.now() / 1000,
    }).finally(target.close);
  });
}
