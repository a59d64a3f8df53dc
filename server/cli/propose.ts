/** `vantage propose`: prints the change to a check that makes the page say what its last run observed. */
import { AS_DOCUMENTED } from '../../src/core/vocabulary.ts';
import { proposeChange } from '../content/propose.ts';
import { lastRun } from '../runs/documentedRuns.ts';
import { assembleRun } from '../store/assembleRecord.ts';
import { placeName } from '../store/open.ts';
import { CliError, exitStatus } from './command/exitStatus.ts';
import { placeOptions, readRecords, recordsPlace } from './command/openRecords.ts';
import { recordId, text } from './command/options.ts';
import { selectChecks } from './command/selectChecks.ts';
import { loadWriteups } from './command/session.ts';
import { defineVerb } from './command/verb.ts';

const edgeBytes = 4 * 1024 * 1024;

export const proposeVerb = defineVerb({
  name: 'propose',
  about: 'prints the change to a check that makes the page say what its last run observed',
  operands: { form: 'CHECK', expected: 'Expected the id of one check' },
  options: {
    run: text('RUN', 'from this run (default: the last on real machines, or in the lab as documented)'),
    ...placeOptions,
  },
  notes: 'Prints a diff for `git apply`; changes no file.',
  async run({ values, operands }, { root, out, print }) {
    const [chosen] = selectChecks(await loadWriteups(root), { checks: operands });
    if (chosen === undefined) throw new CliError(`There is no check "${operands.join()}".`);
    const { writeup, loaded } = chosen;
    const { id } = loaded.check;
    const place = recordsPlace(values, root);
    const name = placeName(place);
    const record = await readRecords(place, async (store) => {
      const run =
        values.run === undefined ? await lastRun(store, { writeup: writeup.id, check: id }) : values.run;
      if (run === undefined)
        throw new CliError(
          `${name} has no finished run of ${id} in the state that the page describes. Run it: npx vantage run ${id} --record`,
        );
      return assembleRun(store, recordId(run), edgeBytes);
    });
    if (record === undefined) throw new CliError(`The run ${values.run ?? ''} is not in ${name}.`);
    const { header, judgement } = record.view;
    if (header.check !== id)
      throw new CliError(`The run ${header.run} is one of ${header.check}, not of ${id}.`);
    const { diff, message } = proposeChange(writeup, loaded, record);
    out(diff);
    if (header.condition !== '' && header.condition !== AS_DOCUMENTED)
      print(
        `Note: this run is from the lab in ${header.condition}, not in the state that the page describes.`,
      );
    print(message);
    return judgement?.verdict === 'inconclusive' ? exitStatus.inconclusive : exitStatus.agrees;
  },
});
