/** `vantage collect`: prints one script for a machine that no docs server reaches. */
import { collectScript, canCollect } from '../../src/core/paste/collectScript.ts';
import { CliError } from './command/exitStatus.ts';
import { flag, required, text } from './command/options.ts';
import { roleOf, selectChecks } from './command/selectChecks.ts';
import { loadWriteups } from './command/session.ts';
import { defineVerb } from './command/verb.ts';

export const collectVerb = defineVerb({
  name: 'collect',
  about: 'prints a script that collects the evidence of one machine, to be pasted into the page',
  options: {
    role: required(text('ROLE', 'the machine: its role, or what the writeup calls it')),
    writeup: text('ID', 'of this writeup (default: the first that has the role)'),
    capture: flag('captures packets too, as root'),
  },
  notes: `Run the script on that machine and paste what it prints into the page: no docs server has to reach the machine.
The script says at its top what it runs. It changes nothing there and needs nothing installed.`,
  async run({ values: { role: from, writeup: id, capture } }, { root, out }) {
    const writeups = (await loadWriteups(root)).toSorted((a, b) => a.writeup.order - b.writeup.order);
    const chosen = selectChecks(writeups, { from: [from], writeup: id });
    const writeup = chosen[0]?.writeup;
    const checks = chosen.filter((one) => one.writeup === writeup).map(({ loaded }) => loaded.check);
    const role = writeup && roleOf(from, [writeup]);
    if (writeup === undefined || role === undefined || !canCollect({ role, checks, capture }))
      throw new CliError(
        capture
          ? `No check captures packets on ${from} alone: leave --capture out.`
          : `A script can run no step of ${from}: they need a name and a password, or a capture (--capture).`,
      );
    out(collectScript({ ...{ writeup: writeup.id, role, checks, capture }, form: 'file' }));
  },
});
