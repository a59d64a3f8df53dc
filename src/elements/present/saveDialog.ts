/** A dialog that saves what the page shows as a pinned record, with a title and a note, and hands out its link and its Markdown. */
import { addressOf } from '../../client/state/address.ts';
import { type SavableRuns, runsToSave } from '../../client/state/runsToSave.ts';
import type { Answer } from '../../client/state/requests.ts';
import type { Session } from '../../client/session/session.ts';
import { tallyOf } from '../../client/state/tally.ts';
import { checksOfPage } from '../base/pageChecks.ts';
import { copyOnClick } from '../base/clipboard.ts';
import { node } from '../base/dom.ts';

const TITLE_CHARACTERS = '120';
const NOTE_CHARACTERS = '8000';

/** Puts the dialog into `host`, which is inside of a writeup. What was typed is kept until it is saved. */
export function saveDialog(host: Element, session: Session, signal: AbortSignal) {
  const title = node('input', { type: 'text', required: '', maxlength: TITLE_CHARACTERS, name: 'title' });
  const note = node('textarea', { maxlength: NOTE_CHARACTERS, name: 'note', rows: '5' });
  const content = node('div', { class: 'save-what' });
  const refused = node('p', { class: 'warn', role: 'alert' });
  const save = node('button', { type: 'submit', class: 'button chief' }, 'Save');
  const actions = node('div', { class: 'save-actions' });
  const field = (name: string, input: HTMLElement, hint?: string) =>
    node('label', {}, node('span', {}, name), input, hint && node('small', {}, hint));
  const form = node(
    'form',
    {},
    node('h2', { id: 'save-title' }, 'Save a report'),
    content,
    field('Title', title),
    field('Note', note, 'The conclusion, for later readers. Markdown.'),
    refused,
    actions,
  );
  const done = node('div', { class: 'saved', hidden: '', tabindex: '-1' });
  const dialog = node('dialog', { class: 'save-dialog', 'aria-labelledby': 'save-title' }, form, done);
  host.append(dialog);
  signal.addEventListener('abort', () => dialog.remove());
  let offered: SavableRuns = runsToSave(session.state, []);
  let whenClosed: (() => void) | undefined;

  const button = (text: string, press: () => void, style = 'button') => {
    const made = node('button', { type: 'button', class: style }, text);
    made.addEventListener('click', press, { signal });
    return made;
  };
  const goBack = () => {
    whenClosed = undefined;
    dialog.close();
  };
  const showSaved = (address: string, text: string) => {
    const link = node('a', { href: address }, text);
    const copyLink = node('button', { type: 'button', class: 'button' }, 'Copy link');
    copyOnClick(copyLink, () => link.href, link, signal);
    const markdown = node(
      'button',
      { type: 'button', class: 'button chief', disabled: '' },
      'Copy Markdown for the issue',
    );
    const report = node('pre', { class: 'visually-hidden' });
    copyOnClick(markdown, () => report.textContent ?? '', report, signal);
    // Loaded before it is asked for: a browser lets a page copy only at once after a press.
    const load = async () => {
      const answer = await fetch(`${address}.md`);
      if (!answer.ok) return;
      report.textContent = await answer.text();
      markdown.disabled = false;
    };
    load().catch((error: unknown) => console.error(error));
    done.replaceChildren(
      node('h2', {}, 'Saved'),
      node('p', {}, link, ' is a record of its own now. It is never deleted automatically.'),
      node(
        'div',
        { class: 'save-actions' },
        markdown,
        copyLink,
        button('Close', () => dialog.close()),
      ),
      report,
    );
    form.reset();
    form.hidden = true;
    done.hidden = false;
    done.focus();
  };
  const onAnswer = (answer: Answer) => {
    save.disabled = false;
    save.textContent = 'Save';
    if (answer.how === 'refused') refused.textContent = answer.message;
    if (answer.how === 'saved') showSaved(addressOf(`/runs/${answer.set.set}`), answer.set.title);
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
  dialog.addEventListener('close', () => whenClosed?.(), { signal });

  return {
    /** With `end`, the presentation around it ends unless the reader goes back to it. */
    open(end?: () => void): void {
      if (dialog.open) return;
      whenClosed = end;
      offered = runsToSave(session.state, orderOfPage(host));
      form.hidden = false;
      done.hidden = true;
      refused.textContent = '';
      save.disabled = offered.runs.length === 0;
      const others = end
        ? [button('End without saving', () => dialog.close()), button('Go back', goBack)]
        : [button('Cancel', goBack)];
      actions.replaceChildren(save, ...others);
      content.replaceChildren(...contentOf(offered, session, host));
      dialog.showModal();
      title.focus();
    },
  };
}

function contentOf({ runs, notRun, running }: SavableRuns, { state }: Session, host: Element): Node[] {
  if (runs.length === 0) return [node('p', {}, 'Nothing has run on this page yet. Run a check first.')];
  const checks = checksOfPage(host);
  const titles = (ids: readonly string[]) => ids.map((id) => checks.get(id)?.title ?? id).join(', ');
  const results = tallyOf(
    state,
    runs.map(({ check }) => check),
  );
  const line = (text: string, ids: readonly string[]) =>
    ids.length === 0 ? [] : [node('p', {}, `${text}: ${titles(ids)}.`)];
  return [
    node('p', {}, 'The newest result of each check becomes one record: ', node('b', {}, results), '.'),
    ...line('Not run yet, so not in it', notRun),
    ...line('Running now, so saved with the result before', running),
  ];
}

/** The ids of all checks that the page shows, in its order. */
export function orderOfPage(element: Element): readonly string[] {
  const shown = element.closest('[data-checks-of-page]')?.querySelectorAll<HTMLElement>('[data-row]') ?? [];
  const known = checksOfPage(element);
  const ids = [...[...shown].map(({ dataset }) => dataset.row ?? ''), ...known.keys()];
  return [...new Set(ids)].filter((id) => known.has(id));
}
