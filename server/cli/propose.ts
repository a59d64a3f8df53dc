/** `vantage propose`: prints the change to a check that its last run calls for. Making it is left to `server/content/propose.ts`, deciding to the author. */
import { AS_DOCUMENTED } from '../../src/core/vocabulary.ts';
import { proposeChange } from '../content/propose.ts';
import { lastRun } from '../runs/documentedRuns.ts';
import { assembleRun } from '../store/assembleRecord.ts';
import { exits } from './command/exitStatus.ts';
import { readOptions, recordId } from './command/options.ts';
import { selectChecks } from './command/selectChecks.ts';
import { contentOf } from './command/session.ts';
import { dataOf, readRecords } from './command/openRecords.ts';
import { CliError, type CliContext, type Verb } from './command/verb.ts';

const usage = `usage: vantage propose CHECK [options]

Prints a diff for \`git apply\` that makes the page say what was observed; nothing is written.

  --run RUN            from this run (default: the last one on real machines, or in the lab as documented)
  --data DIRECTORY     where the records are (default .vantage/data)`;

const keepBytes = 4 * 1024 * 1024;

async function run(args: readonly string[], shell: CliContext): Promise<number> {
  const { values, positionals } = readOptions(args, usage, {
    ...{ run: { type: 'string' }, data: { type: 'string' } },
  });
  const [check, ...more] = positionals;
  if (check === undefined || more.length > 0) throw new CliError('Expected the id of one check.', usage);
  const wish = { checks: [check], from: [], writeup: undefined, all: false };
  const [chosen] = selectChecks(await contentOf(shell.root), wish, usage);
  if (chosen === undefined) throw new CliError(`There is no check "${check}".`);
  const { writeup, loaded } = chosen;
  const data = dataOf(values.data, shell.root);
  const record = await readRecords(data, (store) => {
    const id =
      values.run === undefined ? lastRun(store, { writeup: writeup.id, check }) : recordId(values.run, usage);
    if (id === undefined)
      throw new CliError(
        `There is no finished run of ${loaded.check.id} in ${data} that the page is about. Run it: npx vantage run ${loaded.check.id} --record`,
      );
    return assembleRun(store, id, keepBytes);
  });
  if (record === undefined) throw new CliError(`The run ${values.run ?? ''} is not in ${data}.`);
  const { header } = record.view;
  if (header.check !== loaded.check.id)
    throw new CliError(`The run ${header.run} is one of ${header.check}, not of ${loaded.check.id}.`);
  const { diff, message } = proposeChange(writeup, loaded, record);
  shell.out(diff);
  if (header.condition !== '' && header.condition !== AS_DOCUMENTED)
    shell.print(
      `Mind: this run was taken in the lab in ${header.condition}, which is not the state that the page is about.`,
    );
  shell.print(message);
  return record.view.judgement?.verdict === 'inconclusive' ? exits.inconclusive : exits.agrees;
}

export const proposeVerb: Verb = {
  name: 'propose',
  about: 'prints the change to a check that its last run calls for',
  ...{ usage, cancels: false, run },
};
