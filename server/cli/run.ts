/** `vantage run`: runs checks once, with the engine of the server, and writes the result. */
import type { EndedRun } from '../../src/core/protocol/down.ts';
import { count as counted } from '../../src/core/report/units.ts';
import { placeName } from '../store/open.ts';
import { createProgress } from './command/progress.ts';
import { exitStatus, exitStatusNote, exitStatusOf } from './command/exitStatus.ts';
import { formatNames, openOutput, reportsOf } from './command/formats.ts';
import { recordingPlace, recordOptions } from './command/openRecords.ts';
import { list, text, withDefault, word } from './command/options.ts';
import { targetChoice, targetOptions } from './command/openTarget.ts';
import { selectChecks, selectionOptions } from './command/selectChecks.ts';
import { loadWriteups, openSession } from './command/session.ts';
import { anyOperands, defineVerb } from './command/verb.ts';

export const runVerb = defineVerb({
  name: 'run',
  about: 'runs checks once and says what came back',
  operands: { form: '[CHECK…]', ...anyOperands },
  options: {
    ...selectionOptions,
    from: list('ROLE', 'the checks with a step on this machine (role, short name or address)'),
    ...targetOptions,
    format: withDefault(word(formatNames, ''), 'text'),
    output: text('FILE', 'writes the result there instead of to standard output'),
    ...recordOptions,
  },
  notes: exitStatusNote,
  cancels: true,
  async run({ values, operands }, context) {
    const { root, signal, print } = context;
    const choice = targetChoice(values);
    const writeups = await loadWriteups(root);
    const from = values.from.flatMap((names) => names.split(','));
    const checks = selectChecks(writeups, { ...values, checks: operands, from });
    const output = openOutput(values.output, context);
    const place = recordingPlace(values, root);
    const session = await openSession({
      ...{ root, writeups, checks, choice, place, by: 'vantage run', signal, log: print },
    });
    print(`Running ${counted(checks.length, 'check')} on ${session.target.message}.`);
    const progress = createProgress(context, checks.length);
    try {
      const onAbort = () =>
        print('Cancelling: waiting until the machines confirm that nothing of this runs.');
      signal.addEventListener('abort', onAbort, { once: true });
      const { ended, records } = await session.runChecks(checks, progress.onSummary);
      signal.removeEventListener('abort', onAbort);
      progress.end();
      if (place !== undefined) for (const { id } of records) print(`Recorded: ${id} in ${placeName(place)}`);
      if (signal.aborted) {
        print(cancelledText(ended, checks.length));
        return exitStatus.interrupted;
      }
      output(reportsOf(records, values.format, ''));
      return exitStatusOf(ended.map(({ judgement }) => judgement.verdict));
    } finally {
      progress.end();
      await session.close();
    }
  },
});

/** Says "cancelled" only for what the machines confirmed. */
export function cancelledText(ended: readonly EndedRun[], of: number): string {
  const lost = ended.filter(({ judgement }) => judgement.problem?.kind === 'lost').map(({ check }) => check);
  const unconfirmed = lost.length + of - ended.length;
  if (unconfirmed === 0) return 'Cancelled; the machines confirmed it.';
  const which = lost.length > 0 ? ` (${lost.join(', ')})` : '';
  return `Ended, but for ${unconfirmed} of ${of} checks no machine confirmed it${which}; what may still run there ends by its own time limit.`;
}
