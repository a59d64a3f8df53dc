/** A presentation: a dialog over everything, its keys, and who leads it. */
import {
  createBroadcast,
  type Action,
  actionFor,
  firstPlace,
  type Mode,
  placeForFollower,
  placeAfter,
  type Place,
} from '../../client/view/present.ts';
import sheet from '../../styles/presentation.css?url';
import { loadStyleSheet } from '../base/styleSheet.ts';
import { disabledReason, permittedChecks } from '../../client/session/permission.ts';
import type { Session } from '../../client/session/session.ts';
import { runsToSave } from '../../client/state/runsToSave.ts';
import { isBusy, checkStateOf } from '../../client/state/state.ts';
import { never } from '../../core/vocabulary.ts';
import { checksOfPage } from '../base/pageChecks.ts';
import { saveDialog } from './saveDialog.ts';
import { frame, type Slide, leaderSentence } from './frame.ts';
import { stageOf, viewsOf } from './stage.ts';

type PresentationOptions = {
  /** Inside of a writeup; the dialog becomes its child. */
  readonly host: HTMLElement;
  readonly session: Session;
  readonly mode: Mode;
  readonly title: string;
  readonly slides: readonly Slide[];
  readonly onClose: () => void;
};

await loadStyleSheet(sheet);

export function openPresentation(options: PresentationOptions): { close(): void } {
  const { host, session, mode, slides, title } = options;
  const life = new AbortController();
  const { signal } = life;
  const order = slides.map(({ id }) => id);
  const presentation = { slides: order, views: viewsOf() };
  const isLeader = mode === 'presenting';
  const stage = stageOf(slides, isLeader ? (slide) => moveTo({ slide, view: 'check' }) : undefined);
  const act = (action: Action) => void perform(action);
  const own = frame({ title, mode, slides, views: presentation.views, stage: stage.box, act, signal });
  const { dialog } = own;
  host.append(dialog);
  const saving = saveDialog(dialog, session, signal);
  let place = firstPlace(presentation);
  let refused: string | undefined;
  /** Why the last key did not do what it says. */
  let notice: string | undefined;
  let wasFree = true;
  const notify = (text: string | undefined) => {
    notice = text;
    draw();
  };
  const broadcast = createBroadcast(
    (request) => {
      const message = disabledReason(session.state, 'evidence');
      return message === undefined ? session.request(request) : Promise.resolve({ how: 'refused', message });
    },
    (ms, then) => void setTimeout(then, ms),
    (answer) => {
      refused = answer.how === 'refused' ? answer.message : undefined;
      if (!signal.aborted) draw();
    },
  );

  const known = checksOfPage(host);
  const permitted = (ask: 'effects' | 'stop', ids: readonly string[]) =>
    permittedChecks(
      session.state,
      ask,
      ids.flatMap((id) => known.get(id) ?? []),
    );
  const reasonFor = (ids: readonly string[]) => {
    const { allowed, reason } = permitted('effects', ids);
    return allowed.length === 0 ? reason : undefined;
  };
  const checksAt = ({ slide, view }: Place) => (view === 'matrix' ? order : [slide]);
  const busy = () => order.filter((id) => isBusy(checkStateOf(session.state, id)));

  const draw = () => {
    const { state } = session;
    if (!isLeader && state.presenting !== null)
      place = placeForFollower(state.presenting.at, presentation) ?? place;
    const saveReason = disabledReason(state, 'evidence');
    const isFree = state.link.state === 'open' && state.presenting === null && saveReason === undefined;
    // Only once each time that nobody presents any more: a refused presenter does not ask again and again.
    if (isLeader && isFree && !wasFree) broadcast.resend();
    wasFree = isFree;
    own.print(notice ?? leaderSentence(mode, state, presentation, refused));
    if (place === undefined) return;
    own.keys.get('save')?.setReason(saveReason);
    own.keys.get('all')?.setReason(reasonFor(order));
    own.keys.get('run')?.setReason(reasonFor(checksAt(place)));
    own.keys.get('cancel')?.button.toggleAttribute('hidden', busy().length === 0);
    stage.show(place, state);
    own.show(place, state);
  };
  const moveTo = (next: Place) => {
    if (next === place) return;
    place = next;
    broadcast.show(place);
    draw();
  };
  const run = (ids: readonly string[]) => {
    if (ids.some((id) => busy().includes(id))) return;
    const { allowed, reason } = permitted('effects', ids);
    notify(reason);
    if (allowed.length === 0) return;
    void session.run(allowed).then((answer) => {
      if (answer.how === 'refused' && !signal.aborted) notify(answer.message);
    });
  };
  const cancel = () => {
    const { allowed, reason } = permitted('stop', busy());
    notify(reason);
    for (const id of allowed) void session.cancel(id);
  };
  /** A presentation with results ends with the question whether they are saved. */
  const end = () => {
    const hasResults =
      isLeader && session.state.link.state === 'open' && runsToSave(session.state, order).runs.length > 0;
    if (!hasResults || disabledReason(session.state, 'evidence') !== undefined) return dialog.close();
    saving.open(() => dialog.close());
  };
  const perform = (action: Action) => {
    const hadHelp = own.setHelp(action === 'help' && !dialog.hasAttribute('data-help'));
    if (action === 'help') return;
    if (action === 'end') return hadHelp ? undefined : end();
    notice = undefined;
    // A follower only looks on.
    if (!isLeader || place === undefined) return;
    switch (action) {
      case 'run':
        return run(checksAt(place));
      case 'all':
        return run(order);
      case 'cancel':
        return cancel();
      case 'save': {
        const reason = disabledReason(session.state, 'evidence');
        return reason === undefined ? saving.open() : notify(reason);
      }
      case 'next':
      case 'back':
      case 'first':
      case 'last':
      case 'check':
      case 'difference':
      case 'matrix':
      case 'picture':
        return moveTo(placeAfter(place, action, presentation));
      default:
        return never(action);
    }
  };

  const onKey = (event: KeyboardEvent) => {
    const action = actionFor(event.key);
    if (action === undefined || isTyped(event) || isPressed(event)) return;
    event.preventDefault();
    event.stopPropagation();
    // A held key moves on, but starts nothing twice.
    if (!event.repeat || action === 'next' || action === 'back') act(action);
  };
  /** Links to a check, as pictures have them, lead to it here. */
  const onClick = (event: Event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    const found =
      link && slides.find(({ id, address }) => [`#${id}`, address].includes(link.getAttribute('href') ?? ''));
    if (!found) return;
    event.preventDefault();
    if (isLeader) moveTo({ slide: found.id, view: 'check' });
  };
  const onClose = () => {
    unsubscribe();
    life.abort();
    stage.close();
    if (isLeader) broadcast.show(null);
    dialog.remove();
    options.onClose();
  };
  dialog.addEventListener('keydown', onKey, { signal });
  stage.box.addEventListener('click', onClick, { signal });
  dialog.addEventListener('close', onClose, { once: true });
  const unsubscribe = session.subscribe(draw);
  dialog.showModal();
  stage.box.focus();
  if (isLeader && place !== undefined) broadcast.show(place);
  draw();
  return { close: () => dialog.close() };
}

/** Whether the key belongs to a text field, or to the browser. */
function isTyped({ target, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  // A terminal's text field is read-only.
  const isField =
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input, textarea:not([readonly]), select'));
  return isField || ctrlKey || metaKey || altKey;
}

/** Space presses a focused button, and a terminal scrolls by itself. */
function isPressed({ key, target }: KeyboardEvent): boolean {
  if (!(target instanceof Element)) return false;
  if (key === ' ') return target.closest('button, summary, a') !== null;
  return key.startsWith('Page') && target.closest('.xterm') !== null;
}
