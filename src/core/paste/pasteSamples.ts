/** Judges the pastes that a check has as samples: the proof, at every build, that each comes to its row and each `pasted` entry is needed. */
import type { Check } from '../check/check.ts';
import { type Fault, faultUnless } from '../check/fault.ts';
import { judgePaste } from './judgePaste.ts';

export function judgePasteSamples(check: Check): readonly Fault[] {
  const { pasted = [], pastes = [] } = check;
  const rowsOf = (one: Check) => pastes.map(({ text }) => judgePaste(text, [one]).rows[0]);
  const rows = rowsOf(check);
  const wrong = pastes.flatMap(({ name, verdict, observed, asks = [] }, index) => {
    const row = rows[index];
    const judged = row ? `${row.judgement.verdict}, "${row.judgement.observed}"` : 'not found in it';
    const asked = row?.asks.map(({ message, command = '' }) => `${message} ${command}`) ?? [];
    const isSame =
      row?.judgement.verdict === verdict &&
      (observed ?? row.judgement.observed) === row.judgement.observed &&
      asked.length === asks.length &&
      asks.every((words, at) => asked[at]?.includes(words));
    const wanted = `${verdict}${observed === undefined ? '' : `, "${observed}"`}, and ask for ${asks.join('; ') || 'nothing'}`;
    const why = row?.judgement.problem?.message ?? '';
    const message = `paste "${name}" must be ${wanted}; it is ${judged}, and asks for ${asked.join('; ') || 'nothing'}. ${why}`;
    return faultUnless(isSame, ['pastes', index], message.trim());
  });
  const texts = JSON.stringify(rows);
  const useless = pasted.flatMap((one, index) =>
    faultUnless(
      JSON.stringify(rowsOf({ ...check, pasted: pasted.filter((other) => other !== one) })) !== texts,
      ['pasted', index],
      'no paste comes to another row without this: add one to `pastes` that needs it',
    ),
  );
  return [...wrong, ...useless];
}
