/** A condition before it is applied: what it models, how close that is, its commands and its sources. */
import type { ConditionView } from '../../core/protocol/down.ts';
import { node, words } from '../base/dom.ts';

/** The parts of a condition: the cause first, then the remedy. */
export function conditionParts(parts: readonly ConditionView[]): Node[] {
  const commands = parts.flatMap((part) => part.commands);
  const sources = [...new Set(parts.flatMap((part) => part.sources))];
  const lines = commands.map(({ on, line }) =>
    node('li', {}, node('span', { class: 'on' }, on), node('code', {}, line)),
  );
  const list = node('ul', {}, ...sources.map((source) => node('li', {}, source)));
  return [
    ...parts.flatMap(description),
    node('p', { class: 'commands-head' }, countText(commands.length)),
    ...(lines.length === 0
      ? []
      : [node('ol', { class: 'commands', tabindex: '0', 'aria-label': 'Commands' }, ...lines)]),
    ...(sources.length === 0 ? [] : [node('div', { class: 'sources' }, node('p', {}, 'Sources'), list)]),
  ];
}

function description({ title, about, mechanism, closeness }: ConditionView): Node[] {
  const facts = [
    ['In the lab', mechanism],
    ['How close it is', closeness],
  ].flatMap(([name = '', text = '']) =>
    text === '' ? [] : [node('dt', {}, name), node('dd', {}, ...words(text))],
  );
  const head = node('p', { class: 'condition-about' }, node('b', {}, `${title}. `), ...words(about));
  return facts.length === 0 ? [head] : [head, node('dl', { class: 'facts' }, ...facts)];
}

const countText = (count: number): string =>
  count === 0 ? 'Adds nothing to the base of the lab.' : `Commands, all inside the lab (${count}):`;
