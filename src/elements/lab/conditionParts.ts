/** What is known of a condition before it is applied: what it models, how close that is, its sources, and every command. */
import type { ConditionView } from '../../core/protocol/down.ts';
import { node, words } from '../base/dom.ts';

/** The parts of a condition, a cause before the remedy on top of it. */
export function conditionParts(parts: readonly ConditionView[]): Node[] {
  const commands = parts.flatMap((part) => part.commands);
  return [
    ...parts.flatMap(description),
    node('p', { class: 'commands-head' }, COUNT(commands.length)),
    ...(commands.length === 0 ? [] : [script(commands)]),
    ...sources(parts.flatMap((part) => part.sources)),
  ];
}

function description({ title, about, mechanism, closeness }: ConditionView): Node[] {
  const facts: [string, string][] = [
    ['In the lab', mechanism],
    ['How close it is', closeness],
  ];
  const told = facts.filter(([, text]) => text !== '');
  return [
    node('p', { class: 'condition-about' }, node('b', {}, `${title}. `), ...words(about)),
    ...(told.length === 0
      ? []
      : [
          node(
            'dl',
            { class: 'facts' },
            ...told.flatMap(([name, text]) => [node('dt', {}, name), node('dd', {}, ...words(text))]),
          ),
        ]),
  ];
}

/** The lines, each with where it is done. */
function script(commands: ConditionView['commands']): HTMLElement {
  const lines = commands.map(({ on, line }) =>
    node('li', {}, node('span', { class: 'on' }, on), node('code', {}, line)),
  );
  return node('ol', { class: 'commands', tabindex: '0', 'aria-label': 'Commands' }, ...lines);
}

function sources(all: readonly string[]): Node[] {
  if (all.length === 0) return [];
  const items = [...new Set(all)].map((source) => node('li', {}, source));
  return [node('div', { class: 'sources' }, node('p', {}, 'Sources'), node('ul', {}, ...items))];
}

const COUNT = (n: number): string =>
  n === 0
    ? 'Nothing is done on top of the base of the lab.'
    : `What is done, all inside the lab (${n} ${n === 1 ? 'command' : 'commands'}):`;
