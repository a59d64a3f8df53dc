/** A dialog that saves what the page shows as a pinned record, with a title and a note. */
import { type SavableRuns, runsToSave } from '../../client/state/runsToSave.ts';
import type { Answer } from '../../client/state/requests.ts';
import type { Session } from '../../client/session/session.ts';
import { ago } from '../../client/state/format.ts';
import { checksOfPage, orderOfPage } from '../base/pageChecks.ts';
import { copyOnClick } from '../base/clipboard.ts';
import { node } from '../base/dom.ts';

const TITLE_CHARACTERS = '120';
const NOTE_CHARACTERS = '8000';

/** Puts the dialog into `host`, which is inside of a writeup. What was typed is kept until it is saved. */
export function saveDialog(host: Element, session: Session, signal: AbortSignal): { open(): void } {
  const title = node('input', { type: 'text', required: '', maxlength: TITLE_CHARACTERS, name: 'title' });
  const note = node('textarea', { maxlength: NOTE_CHARACTERS, name: 'note', rows: '6' });
  const content = node('div', { class: 'save-what' });
  const refused = node('p', { class: 'warn', role: 'alert' });
  const save = node('button', { type: 'submit', class: 'button chief' }, 'Save');
  const form = node(
    'form',
    {},
    node('h2', { id: 'save-title' }, 'Save a report'),
    content,
    node('label', {}, node('span', {}, 'Title'), title),
    node(
      'label',
      {},
      node('span', {}, 'Note'),
      note,
      node('small', {}, 'Markdown. The conclusion of the review, for later readers of the record.'),
    ),
    refused,
    node('div', { class: 'save-actions' }, save, closing('Cancel', 'button')),
  );
  const done = node('div', { class: 'saved', hidden: '', tabindex: '-1' });
  const dialog = node('dialog', { class: 'save-dialog', 'aria-labelledby': 'save-title' }, form, done);
  host.append(dialog);
  signal.addEventListener('abort', () => dialog.remove());
  let offered: SavableRuns = runsToSave(session.state, []);

  function closing(text: string, style: string): HTMLButtonElement {
    const button = node('button', { type: 'button', class: style }, text);
    button.addEventListener('click', () => dialog.close(), { signal });
    return button;
  }
  const onAnswer = (answer: Answer) => {
    save.disabled = false;
    save.textContent = 'Save';
    if (answer.how === 'refused') refused.textContent = answer.message;
    if (answer.how !== 'saved') return;
    const link = node('a', { href: `/runs/${answer.set.set}` }, answer.set.title);
    const copy = node('button', { type: 'button', class: 'button' }, 'Copy');
    copyOnClick(copy, () => link.href, link, signal);
    form.reset();
    form.hidden = true;
    done.hidden = false;
    done.replaceChildren(
      node('h2', {}, 'Saved'),
      node('p', {}, 'The pinned record: ', link),
      node('p', { class: 'save-what' }, node('code', {}, link.href)),
      node('div', { class: 'save-actions' }, closing('Close', 'button chief'), copy),
    );
    done.focus();
  };
  const submit = (event: Event) => {
    event.preventDefault();
    if (save.disabled || title.value.trim() === '') return;
    save.disabled = true;
    save.textContent = 'Saving…';
    refused.textContent = '';
    const runs = offered.runs.map(({ run }) => run);
    const request = { type: 'save', runs, title: title.value.trim(), note: note.value } as const;
    void session.request(request).then(onAnswer);
  };
  form.addEventListener('submit', submit, { signal });
  // Keys typed here are no keys of a presentation around it.
  dialog.addEventListener('keydown', (event) => event.stopPropagation(), { signal });

  return {
    open() {
      if (dialog.open) return;
      offered = runsToSave(session.state, orderOfPage(host));
      form.hidden = false;
      done.hidden = true;
      refused.textContent = '';
      save.disabled = offered.runs.length === 0;
      content.replaceChildren(...contentOf(offered, host));
      dialog.showModal();
      title.focus();
    },
  };
}

/** What will be saved, with its verdicts and ages; what will not, and why. */
function contentOf({ runs, notRun, running }: SavableRuns, host: Element): Node[] {
  if (runs.length === 0) return [node('p', {}, 'Nothing has run on this page yet. Run a check first.')];
  const checks = checksOfPage(host);
  const titles = (ids: readonly string[]) => ids.map((id) => checks.get(id)?.title ?? id).join(', ');
  const count = (verdict: string, word: string) => {
    const found = runs.filter(({ judgement }) => judgement.verdict === verdict).length;
    return found === 0 ? [] : [`${found} ${word}`];
  };
  const verdicts = [
    ...count('agrees', 'agree'),
    ...count('differs', 'differ'),
    ...count('inconclusive', 'inconclusive'),
  ];
  const total = `${runs.length} ${runs.length === 1 ? 'result' : 'results'}: ${verdicts.join(', ')}`;
  const items = runs.map(({ check, judgement, endedAt }) =>
    node('li', {}, `${titles([check])}: ${judgement.verdict}, run ${ago(endedAt, Date.now())}`),
  );
  return [
    node(
      'p',
      {},
      'The newest result of each check on this page becomes one pinned record. Pinned records are never deleted automatically.',
    ),
    node('details', {}, node('summary', {}, total), node('ul', {}, ...items)),
    ...(notRun.length === 0 ? [] : [node('p', {}, `Not included, not run yet: ${titles(notRun)}.`)]),
    ...(running.length === 0
      ? []
      : [node('p', {}, `Still running: the previous result will be saved. ${titles(running)}.`)]),
  ];
}
