/** The question below a row, and after its run the answer. */
import type { Choice } from '../../core/judge/choices.ts';
import type { Judgement } from '../../core/run/judgement.ts';
import { node, shape, words } from '../base/dom.ts';

/** Takes the place of an earlier panel of the row. */
export function predictPanel(row: HTMLElement, title: string, signal: AbortSignal) {
  const head = node('p', { class: 'predict-head', role: 'status' });
  const body = node('div', { class: 'predict-body' });
  const box = node(
    'div',
    { class: 'predict', role: 'group', 'aria-label': `Prediction: ${title}`, tabindex: '-1' },
    head,
    body,
  );
  for (const before of row.querySelectorAll('[data-predict-panel]')) before.remove();
  const holder = place(row, box);
  holder.dataset.predictPanel = '';
  const close = () => holder.remove();
  signal.addEventListener('abort', close);
  const button = (text: string, style: string, press: () => void) => {
    const made = node('button', { type: 'button', class: style }, text);
    made.addEventListener('click', press, { signal });
    return made;
  };
  return {
    /** `answer` gets the choice, or undefined when the reader does not want to guess. */
    ask(choices: readonly Choice[], answer: (expected: Choice | undefined) => void): void {
      const answered = (expected: Choice | undefined) => {
        head.replaceChildren(...(expected === undefined ? [] : ['You expect ', quoted(expected), '.']));
        body.replaceChildren();
        if (expected === undefined) close();
        else box.focus();
        answer(expected);
      };
      head.replaceChildren(node('b', {}, 'What do you expect?'));
      body.replaceChildren(
        ...choices.map((choice) => button(choice.observed, 'button', () => answered(choice))),
        button('Run without a guess', 'quiet', () => answered(undefined)),
      );
      box.focus();
    },
    explain(
      choices: readonly Choice[],
      expected: Choice,
      came: Choice | undefined,
      { verdict, observed, means, problem }: Judgement,
    ): void {
      if (verdict === 'inconclusive' && came === undefined) {
        head.replaceChildren(node('b', {}, 'This run decides nothing.'), ' Run it again.');
        body.replaceChildren(node('p', {}, ...words(problem?.message ?? means)));
        return;
      }
      const isRight = came === expected;
      const result = node(
        'b',
        {},
        isRight ? 'Right: ' : 'It was ',
        node('span', { class: 'value' }, observed),
        '.',
      );
      head.replaceChildren(
        shape(isRight ? 'holds' : 'fails'),
        result,
        ...(isRight ? [] : [' You expected ', quoted(expected), '.']),
      );
      box.dataset.right = String(isRight);
      const others = choices.filter((choice) => choice !== came);
      // What the reader expected comes first.
      const wrong = [
        ...others.filter((one) => one === expected),
        ...others.filter((one) => one !== expected),
      ];
      body.replaceChildren(
        node('p', {}, ...words(means)),
        node('p', {}, node('b', {}, 'The others would have meant')),
        node(
          'dl',
          {},
          ...wrong.flatMap((choice) => [
            node('dt', {}, node('span', { class: 'value' }, choice.observed)),
            node('dd', {}, ...words(choice.means)),
          ]),
        ),
        button('Close', 'quiet', close),
      );
    },
    close,
  };
}

const quoted = ({ observed }: Choice) => node('span', { class: 'value' }, observed);

/** Below the line of the row, whatever the row is made of. */
function place(row: HTMLElement, box: HTMLElement): HTMLElement {
  if (!(row instanceof HTMLTableSectionElement)) {
    row.append(box);
    return box;
  }
  const [line] = row.rows;
  const columns = [...(line?.cells ?? [])].reduce((sum, { colSpan }) => sum + colSpan, 0);
  const made = node('tr', { class: 'predict-row' }, node('td', { colspan: String(columns) }, box));
  line?.after(made);
  return made;
}
