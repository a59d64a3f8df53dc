/** The texts beside a picture: the result of each attempt, and the runs that all of it comes from. */
import type { Observation } from '../../core/diagnosis/observations.ts';
import type { EndedRun } from '../../core/protocol/down.ts';
import { ago, sourceWords } from '../../client/state/format.ts';
import type { AttemptRules, AttemptsRules, Trail } from '../../core/pictures/attempts-state.ts';
import { node, shape, words } from '../base/dom.ts';

/** How an attempt ended and whether the page says so; by which way, when and where in its title. */
export function attemptText(
  { ways, unseen }: AttemptsRules,
  { way, result }: AttemptRules,
  trail: Trail,
  { judgement, source, endedAt, condition: name }: EndedRun,
): (Node | string)[] {
  const word = trail.at === 'observed' ? trail.ending.message : 'inconclusive';
  const page =
    trail.at !== 'observed'
      ? (judgement.problem?.message ?? judgement.observed)
      : `differs: documented is “${result}”`;
  const seen =
    trail.at !== 'observed' || way === undefined ? undefined : ways.find(({ id }) => id === trail.way);
  const from = `${sourceWords({ source, condition: name })}, ${ago(endedAt, Date.now())}`;
  const title = [judgement.observed, seen?.message ?? (way === undefined ? undefined : unseen), from]
    .filter((text) => text !== undefined)
    .join(' · ');
  const asDocumented = trail.at === 'observed' && !trail.differs;
  return [
    node('b', { class: 'attempt-word', title }, source === 'recording' ? `recording: ${word}` : word),
    asDocumented ? ' ' : ', ',
    ...(asDocumented
      ? [node('span', { class: 'attempt-agrees' }, shape('agrees'), ' as documented')]
      : words(page)),
    seen === undefined ? '' : node('span', { class: 'attempt-way' }, ` ${seen.message}`),
  ];
}

/** Where the whole picture comes from; undefined without runs. */
export function sourceText(runs: readonly EndedRun[], of: number): string | undefined {
  const [first] = runs;
  if (first === undefined) return undefined;
  const all = of === 1 ? 'its attempt' : `all ${of} attempts`;
  const many = runs.length === of ? all : `${runs.length} of ${of} attempts`;
  const one = runs.every(
    ({ source, condition: name }) => source === first.source && name === first.condition,
  );
  if (!one) return `Drawn from the last runs: ${many}, in different places or conditions.`;
  return `${first.source === 'recording' ? 'Drawn from recordings' : 'Drawn from the last runs'}: ${many}, ${sourceWords(first)}.`;
}

/** Which runs a picture or a diagnosis is made from; undefined without any. */
export function lastRunsText(kept: readonly Observation[], leftOut: readonly string[]): string | undefined {
  const [first] = kept;
  if (first === undefined) return undefined;
  const from = first.source === 'recording' ? 'From recordings' : 'From the last runs';
  const count = `${kept.length} ${kept.length === 1 ? 'check' : 'checks'}`;
  const rest = leftOut.length === 0 ? '' : ` ${leftOut.length} older results from elsewhere are not used.`;
  return `${from} (${count}, ${sourceWords(first)}).${rest}`;
}
