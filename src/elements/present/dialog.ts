/** A presentation: a dialog over everything, its keys, and who leads it. */
import { createBroadcast } from '../../client/view/broadcast.ts';
import {
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
import { isBusy, checkStateOf } from '../../client/state/state.ts';
import { never } from '../../core/vocabulary.ts';
import { checksOfPage, orderOfPage } from '../base/pageChecks.ts';
import { saveDialog } from '../run/saveDialog.ts';
import { frame, type Slide } from './frame.ts';
import { leaderSentence } from './leaderSentence.ts';
import { matrixChecks, stage, viewsOf } from './stage.ts';

export type OpenPresentation = { close(): void };
export type PresentationOptions = {
  /** Inside of a writeup; the dialog becomes its child. */
  readonly host: HTMLElement;
  readonly session: Session;
  readonly mode: Mode;
  readonly title: string;
  readonly slides: readonly Slide[];
  /** Short names of the roles, as JSON. */
  readonly roles: string;
  readonly onClose: () => void;
};

await loadStyleSheet(sheet);

export function openPresentation(options: PresentationOptions): OpenPresentation {
  const { host, session, mode } = options;
  const life = new AbortController();
  const { signal } = life;
  const order = orderOfPage(host);
  const slides = order.flatMap((id) => options.slides.find((slide) => slide.id === id) ?? []);
  const presentation = { slides: slides.map(({ id }) => id), views: viewsOf() };
  const { views } = presentation;
  const own = frame({ title: options.title, mode, slides, views, act: (action) => act(action), signal });
  const { dialog } = own;
  const board = stage(own.stage, slides, options.roles);
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
  const permitted = (ids: readonly string[]) =>
    permittedChecks(
      session.state,
      'effects',
      ids.flatMap((id) => known.get(id) ?? []),
    );
  const reasonFor = (ids: readonly string[]) => {
    const { allowed, reason } = permitted(ids);
    return allowed.length === 0 ? reason : undefined;
  };
  const checksAt = ({ slide, view }: Place) => (view === 'matrix' ? matrixChecks() : [slide]);

  const draw = () => {
    const { state } = session;
    if (mode === 'following' && state.presenting !== null)
      place = placeForFollower(state.presenting.at, presentation) ?? place;
    const saveReason = disabledReason(state, 'evidence');
    const isFree = state.link.state === 'open' && state.presenting === null && saveReason === undefined;
    // Only once each time that nobody presents any more: a refused presenter does not ask again and again.
    if (mode === 'presenting' && isFree && !wasFree) broadcast.resend();
    wasFree = isFree;
    own.print(notice ?? leaderSentence(mode, state, presentation, refused));
    own.setReason('save', saveReason);
    own.setReason('all', reasonFor(order));
    if (place === undefined) return;
    own.setReason('run', reasonFor(checksAt(place)));
    board.show(place);
    own.show(place, state);
  };
  const moveTo = (next: Place) => {
    if (next === place) return;
    place = next;
    broadcast.show(place);
    draw();
  };
  const run = (ids: readonly string[]) => {
    if (ids.some((id) => isBusy(checkStateOf(session.state, id)))) return;
    const { allowed, reason } = permitted(ids);
    notify(reason);
    if (allowed.length === 0) return;
    void session.run(allowed).then((answer) => {
      if (answer.how === 'refused' && !signal.aborted) notify(answer.message);
    });
  };
  const act = (action: Action) => {
    if (action === 'end') return own.isHelpOpen ? own.setHelp(false) : dialog.close();
    if (action === 'help') return own.setHelp(!own.isHelpOpen);
    notice = undefined;
    // A follower only looks on.
    if (mode === 'following' || place === undefined) return;
    switch (action) {
      case 'run':
        return run(checksAt(place));
      case 'all':
        return run(order);
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
  /** Links into the page behind lead to the check here. */
  const onClick = (event: Event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    const hash = link?.getAttribute('href') ?? '';
    if (!hash.startsWith('#')) return;
    event.preventDefault();
    const slide = hash.slice(1).replace(/^matrix-/, '');
    if (mode === 'presenting' && presentation.slides.includes(slide)) moveTo({ slide, view: 'check' });
  };
  const onClose = () => {
    unsubscribe();
    life.abort();
    board.close();
    if (mode === 'presenting') broadcast.show(null);
    dialog.remove();
    options.onClose();
  };
  dialog.addEventListener('keydown', onKey, { signal });
  own.stage.addEventListener('click', onClick, { signal });
  dialog.addEventListener('close', onClose, { once: true });
  const unsubscribe = session.subscribe(draw);
  dialog.showModal();
  own.stage.focus();
  if (mode === 'presenting' && place !== undefined) broadcast.show(place);
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
