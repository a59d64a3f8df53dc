/** The observed result, whose words that differ from the documented one are marked; and when and by whom a check last ran. */
import { type CheckState, isBusy, checkStateOf, overviewOf, type State } from '../../client/state/state.ts';
import type { Overview } from '../../core/protocol/overview.ts';
import { node, words } from '../base/dom.ts';
import { define, type LiveElement } from '../base/LiveElement.ts';
import { freshOf, ago } from '../../client/state/freshness.ts';
import { condition, isDocumentedCondition, SOURCE_WORDS, span, utc } from '../../core/report/format.ts';
import { checksOfPage } from '../base/pageChecks.ts';

type Part = Overview['differences'][string]['parts'][number];

const value = (...parts: (Node | string)[]) => node('span', { class: 'value' }, ...parts);
/** One side of a difference: what only it has is marked. */
const side = (parts: readonly Part[], own: Part['only'], tag: 'ins' | 'del') =>
  value(
    ...parts
      .filter(({ only }) => only === 'both' || only === own)
      .map(({ text, only }) => (only === 'both' ? text : node(tag, {}, text))),
  );

define('v-observed', (element, signal) => {
  const id = element.attribute('check');
  element.watch(
    signal,
    (state) => {
      const check = checkStateOf(state, id);
      const known = overviewOf(state)?.differences[id];
      return { check, parts: known?.run === check.last?.run ? known?.parts : undefined };
    },
    ({ check, parts }) => element.replaceChildren(...content(element, check, parts)),
  );
});

function content(
  element: LiveElement,
  check: CheckState,
  parts: readonly Part[] | undefined,
): (Node | string)[] {
  const { last } = check;
  element.toggleAttribute('data-stale', isBusy(check) && last !== undefined);
  if (last === undefined) return [node('span', { class: 'not-run' }, isBusy(check) ? '…' : '–')];
  const { observed, problem, verdict } = last.judgement;
  element.dataset.verdict = verdict;
  if (problem !== undefined)
    return [
      observed === '' ? '' : value(observed),
      node('span', { class: 'problem in-short' }, ...words(problem.message)),
    ];
  if (parts === undefined) return [value(observed)];
  return [
    side(parts, 'observed', 'ins'),
    verdict === 'differs' && parts.some(({ only }) => only === 'documented')
      ? node('span', { class: 'instead' }, 'instead of ', side(parts, 'documented', 'del'))
      : '',
  ];
}

define('v-last-run', (element, signal) => {
  element.watch(
    signal,
    (state) => read(element, state),
    (last) => {
      if (last === undefined) return element.replaceChildren();
      const { endedAt, age, more, title } = last;
      element.replaceChildren(node('time', { datetime: endedAt, title }, age), more);
    },
    'ticking',
  );
});

function read(element: LiveElement, state: State) {
  const id = element.attribute('check');
  const check = checksOfPage(element).get(id);
  const { last } = checkStateOf(state, id);
  if (last === undefined) return undefined;
  const { endedAt, source, condition: name } = last;
  const fresh = check && freshOf(state, check, Date.now());
  const age = ago(endedAt, Date.now());
  const by = last.by === '' || source === 'recording' ? '' : ` by ${last.by}`;
  const where = isDocumentedCondition(name) ? '' : `, ${condition(name)}`;
  const stays = fresh === undefined ? '' : `, fresh for ${span(fresh.freshSeconds)}`;
  return {
    endedAt,
    age: source === 'recording' ? `recorded ${age}` : age,
    more: where,
    title: `Last run ${utc(endedAt)}${by}, ${SOURCE_WORDS[source]}${stays}`,
  };
}
