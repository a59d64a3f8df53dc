/** The texts beside a picture: the result of each attempt, and the runs that all of it comes from. */
import type { EndedRun } from '../../core/protocol/down.ts';
import { isDocumentedCondition } from '../../client/state/conditionResults.ts';
import { ago, SOURCE_WORDS, sourceWords } from '../../client/state/format.ts';
import type { AttemptRules, AttemptsRules, Trail } from '../../core/pictures/attempts-state.ts';
import { node, shape, words } from '../base/dom.ts';

/** How an attempt ended, and whether that is documented; by which way, when and where in its title. One line, so that nothing moves. */
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
  ];
}

/** Where the whole picture comes from; undefined without runs. */
export function sourceText(runs: readonly EndedRun[], of: number): string | undefined {
  const [first] = runs;
  if (first === undefined) return undefined;
  const one = runs.every(
    ({ source, condition: name }) => source === first.source && name === first.condition,
  );
  const many = runs.length === of ? '' : ` of ${runs.length} of ${of}`;
  if (!one) return `From the last runs${many}, in different places or conditions.`;
  const place = isDocumentedCondition(first.condition) ? SOURCE_WORDS[first.source] : sourceWords(first);
  return first.source === 'recording' ? `From recordings${many}.` : `From the last runs${many}: ${place}.`;
}
