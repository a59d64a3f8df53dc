/** `vantage run`: takes checks once, with the engine of the server, and writes the result. Which formats there are is left to `formats.ts`. */
import type { EndedRun } from '../../src/core/protocol/down.ts';
import { count } from '../../src/core/report/format.ts';
import { createProgress } from './command/progress.ts';
import { exitOf, exits, exitsText } from './command/exitStatus.ts';
import { formatNames, openOutput, reportsOf } from './command/formats.ts';
import { readOptions, wordOf } from './command/options.ts';
import { placeChoice, placeOptions, placeUsage } from './command/openTarget.ts';
import { selectChecks } from './command/selectChecks.ts';
import { contentOf, openSession } from './command/session.ts';
import { dataOf } from './command/openRecords.ts';
import { CliError, type CliContext, type Verb } from './command/verb.ts';

const usage = `usage: vantage run [CHECK…] [options]

  CHECK…               the checks to take, by id
  --all                all of them
  --from VANTAGE       those with a step on this vantage (backend, .20 or an address); may be repeated
  --writeup ID         those of this writeup
${placeUsage}
  --format FORMAT      ${formatNames.join(', ')} (default text)
  --output FILE        the result goes there instead of standard output
  --record             keeps the runs, as one record
  --data DIRECTORY     where they are kept (default .vantage/data)

${exitsText}`;

/** What the records say about who asked. */
const by = 'vantage run';

async function run(args: readonly string[], shell: CliContext): Promise<number> {
  const { values, positionals } = readOptions(args, usage, {
    ...placeOptions,
    ...{ all: { type: 'boolean', default: false }, from: { type: 'string', multiple: true } },
    ...{ writeup: { type: 'string' }, format: { type: 'string', default: 'text' } },
    ...{ output: { type: 'string' }, record: { type: 'boolean', default: false }, data: { type: 'string' } },
  });
  const format = wordOf('--format', values.format, formatNames, usage);
  const choice = placeChoice(values, usage);
  const writeups = await contentOf(shell.root);
  const { all, writeup } = values;
  const from = (values.from ?? []).flatMap((names) => names.split(','));
  const chosen = selectChecks(writeups, { checks: positionals, from, writeup, all }, usage);
  const output = openOutput(values.output, shell);
  if (values.data !== undefined && !values.record)
    throw new CliError('--data says where --record keeps the runs: write --record too.', usage);
  const data = values.record ? dataOf(values.data, shell.root) : undefined;

  const { signal, print } = shell;
  const session = await openSession({
    ...{ root: shell.root, writeups, chosen, choice, by, signal, log: print },
    data,
  });
  print(`Taking ${count(chosen.length, 'check')} on ${session.place.message}.`);
  const progress = createProgress(shell, chosen.length);
  try {
    const told = () => print('Cancelling: waiting until the machines confirm that nothing of this runs.');
    signal.addEventListener('abort', told, { once: true });
    const { ended, records } = await session.take(chosen, progress.heard);
    signal.removeEventListener('abort', told);
    progress.end();
    if (data !== undefined) for (const { id } of records) print(`Recorded: ${id} in ${data}`);
    if (signal.aborted) {
      print(cancelledText(ended, chosen.length));
      return exits.interrupted;
    }
    output(reportsOf(records, format, ''));
    return exitOf(ended.map(({ judgement }) => judgement.verdict));
  } finally {
    progress.end();
    await session.close();
  }
}

/** "Cancelled" is said only of what the machine confirmed. */
export function cancelledText(ended: readonly EndedRun[], of: number): string {
  const lost = ended.filter(({ judgement }) => judgement.problem?.kind === 'lost').map(({ check }) => check);
  const silent = of - ended.length;
  if (lost.length === 0 && silent === 0) return 'Cancelled; the machines confirmed it.';
  const which = lost.length > 0 ? ` (${lost.join(', ')})` : '';
  return `EndedRun, but for ${lost.length + silent} of ${of} checks no machine confirmed it${which}; what may still run there ends by its own time limit.`;
}

export const runVerb: Verb = {
  name: 'run',
  about: 'takes checks once and says what came back',
  ...{ usage, cancels: true, run },
};
