/** A dialog that makes a pinned record of what the page shows, with a title and a note. What was typed is kept until it is frozen. */
import { type SavableRuns, runsToSave } from '../../client/state/runsToSave.ts';
import type { Answer } from '../../client/state/requests.ts';
import type { Session } from '../../client/session/session.ts';
import { ago } from '../../client/state/format.ts';
import { checksOfPage, orderOfPage } from '../base/pageChecks.ts';
import { copyOnClick } from '../base/clipboard.ts';
import { node } from '../base/dom.ts';

const TITLE_CHARACTERS = 120;
const NOTE_CHARACTERS = 8000;

/** Puts the dialog into `host`, which must stand inside of a writeup. */
export function saveDialog(host: Element, session: Session, signal: AbortSignal): { open(): void } {
  const title = node('input', {
    type: 'text',
    required: '',
    maxlength: String(TITLE_CHARACTERS),
    name: 'title',
  });
  const note = node('textarea', { maxlength: String(NOTE_CHARACTERS), name: 'note', rows: '6' });
  const what = node('div', { class: 'freeze-what' });
  const refused = node('p', { class: 'warn', role: 'alert' });
  const freeze = node('button', { type: 'submit', class: 'button chief' }, 'Freeze');
  const cancel = node('button', { type: 'button', class: 'button' }, 'Cancel');
  const form = node(
    'form',
    {},
    node('h2', { id: 'freeze-title' }, 'Freeze what is shown'),
    what,
    node('label', {}, node('span', {}, 'Title'), title),
    node(
      'label',
      {},
      node('span', {}, 'Note'),
      note,
      node('small', {}, 'Markdown. What the review concludes, for those who read the record later.'),
    ),
    refused,
    node('div', { class: 'freeze-actions' }, freeze, cancel),
  );
  const done = node('div', { class: 'frozen', hidden: '', tabindex: '-1' });
  const dialog = node('dialog', { class: 'freeze-dialog', 'aria-labelledby': 'freeze-title' }, form, done);
  host.append(dialog);
  signal.addEventListener('abort', () => dialog.remove());
  let offered: SavableRuns = runsToSave(session.state, []);

  const heard = (answer: Answer) => {
    freeze.disabled = false;
    freeze.textContent = 'Freeze';
    if (answer.how === 'frozen') {
      form.reset();
      form.hidden = true;
      done.hidden = false;
      done.replaceChildren(...frozen(answer.set.set, answer.set.title, () => dialog.close(), signal));
      done.focus();
    } else if (answer.how === 'refused') refused.textContent = answer.message;
  };
  form.addEventListener(
    'submit',
    (event) => {
      event.preventDefault();
      if (freeze.disabled || title.value.trim() === '') return;
      freeze.disabled = true;
      freeze.textContent = 'Freezing…';
      refused.textContent = '';
      const runs = offered.runs.map(({ run }) => run);
      void session.request({ type: 'freeze', runs, title: title.value.trim(), note: note.value }).then(heard);
    },
    { signal },
  );
  cancel.addEventListener('click', () => dialog.close(), { signal });
  // Keys that are typed here belong to nobody else.
  dialog.addEventListener('keydown', (event) => event.stopPropagation(), { signal });

  return {
    open() {
      if (dialog.open) return;
      offered = runsToSave(session.state, orderOfPage(host));
      form.hidden = false;
      done.hidden = true;
      refused.textContent = '';
      freeze.disabled = offered.runs.length === 0;
      what.replaceChildren(...told(offered, host));
      dialog.showModal();
      title.focus();
    },
  };
}

/** What is frozen: how many, how they came out, how old they are; what is not, and why. */
function told({ runs, notRun, running }: SavableRuns, host: Element): Node[] {
  if (runs.length === 0)
    return [
      node('p', {}, 'Nothing was taken on this page yet, so there is nothing to freeze. Run a check first.'),
    ];
  const titles = checksOfPage(host);
  const title = (check: string) => titles.get(check)?.title ?? check;
  const count = (verdict: string) => runs.filter(({ judgement }) => judgement.verdict === verdict).length;
  const verdicts = [
    `${count('agrees')} agree`,
    `${count('differs')} differ`,
    `${count('inconclusive')} inconclusive`,
  ].filter((part) => !part.startsWith('0 '));
  const items = runs.map(({ check, judgement, endedAt }) =>
    node('li', {}, `${title(check)}: ${judgement.verdict}, taken ${ago(endedAt, Date.now())}`),
  );
  const without = [
    ...(notRun.length === 0
      ? []
      : [`Not part of it, because it was not taken: ${notRun.map(title).join(', ')}.`]),
    ...(running.length === 0
      ? []
      : [`Still on its way, so the result before is frozen: ${running.map(title).join(', ')}.`]),
  ];
  return [
    node(
      'p',
      {},
      'The newest result of each check on this page becomes one pinned record, which is kept whatever else is cleared away.',
    ),
    node(
      'details',
      {},
      node(
        'summary',
        {},
        `${runs.length} ${runs.length === 1 ? 'result' : 'results'}: ${verdicts.join(', ')}`,
      ),
      node('ul', {}, ...items),
    ),
    ...without.map((message) => node('p', {}, message)),
  ];
}

function frozen(set: string, title: string, close: () => void, signal: AbortSignal): Node[] {
  const link = node('a', { href: `/runs/${set}` }, title);
  const copy = node('button', { type: 'button', class: 'button' }, 'Copy');
  copyOnClick(copy, () => link.href, link, signal);
  const over = node('button', { type: 'button', class: 'button chief' }, 'Close');
  over.addEventListener('click', close, { signal });
  return [
    node('h2', {}, 'Frozen'),
    node('p', {}, 'The pinned record: ', link),
    node('p', { class: 'freeze-what' }, node('code', {}, link.href)),
    node('div', { class: 'freeze-actions' }, over, copy),
  ];
}
