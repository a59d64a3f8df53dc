/** A presentation: a dialog over everything, its keys, and who leads it. What it shows is left to `present-frame.ts` and `present-stage.ts`. */
import { createBroadcast } from '../../client/view/broadcast.ts';
import {
  type Action,
  actionFor,
  type Presentation,
  firstPlace,
  placeForFollower,
  placeAfter,
  type Place,
} from '../../client/view/present.ts';
import { permittedChecks, disabledReason } from '../../client/session/permission.ts';
import type { Answer } from '../../client/state/requests.ts';
import type { Session } from '../../client/session/session.ts';
import { isBusy, checkStateOf } from '../../client/state/state.ts';
import { never } from '../../core/vocabulary.ts';
import { checksOfPage, orderOfPage } from '../base/pageChecks.ts';
import { saveDialog } from '../run/saveDialog.ts';
import { frame } from './frame.ts';
import { leaderSentence, type Mode } from './leading.ts';
import { matrixChecks, type Slide, stage, viewsOf } from './stage.ts';

export type Shown = { close(): void };
export type Opening = {
  /** Stands inside of a writeup; the dialog is put into it. */
  readonly host: HTMLElement;
  readonly session: Session;
  readonly mode: Mode;
  readonly title: string;
  readonly slides: readonly Slide[];
  /** Short names of the vantages by role, as JSON. */
  readonly roles: string;
  readonly ended: () => void;
};

export function openPresentation({ host, session, mode, title, slides, roles, ended }: Opening): Shown {
  const life = new AbortController();
  const { signal } = life;
  const order = orderOfPage(host);
  const deck: Presentation = {
    slides: order.filter((id) => slides.some((slide) => slide.id === id)),
    views: viewsOf(),
  };
  const own = frame({ title, mode, views: deck.views, act: (act) => perform(act), signal });
  const board = stage(own.stage, slides, roles);
  host.append(own.dialog);
  const freeze = saveDialog(own.dialog, session, signal);
  let place = firstPlace(deck);
  let refused: string | undefined;
  /** What came of the last key, where it did not do what it says. */
  let notice: string | undefined;
  let wasFree = true;
  const told = (text: string | undefined) => {
    notice = text;
    draw();
  };
  const broadcast = createBroadcast(
    (ask) => {
      const message = disabledReason(session.state, 'evidence');
      return message === undefined ? session.request(ask) : Promise.resolve({ how: 'refused', message });
    },
    (ms, then) => void setTimeout(then, ms),
    (answer) => {
      refused = answer.how === 'refused' ? answer.message : undefined;
      if (!signal.aborted) draw();
    },
  );

  const known = checksOfPage(host);
  const share = (checks: readonly string[]) =>
    permittedChecks(
      session.state,
      'effects',
      checks.flatMap((id) => known.get(id) ?? []),
    );
  /** Why none of these may be taken. */
  const shutOf = (checks: readonly string[]) => {
    const { allowed, reason } = share(checks);
    return allowed.length === 0 ? reason : undefined;
  };
  const atHand = ({ slide, view }: Place) => (view === 'matrix' ? matrixChecks() : [slide]);

  const draw = () => {
    const { state } = session;
    if (mode === 'following' && state.presenting !== null)
      place = placeForFollower(state.presenting.at, deck) ?? place;
    const may = disabledReason(state, 'evidence') === undefined;
    const isFree = state.link.state === 'open' && state.presenting === null && may;
    // Once each time that the place becomes free: whoever is refused does not ask again and again.
    if (mode === 'presenting' && isFree && !wasFree) broadcast.resend();
    wasFree = isFree;
    own.print(notice ?? leaderSentence(mode, state, deck, refused));
    own.shut('freeze', disabledReason(state, 'evidence'));
    own.shut('all', shutOf(order));
    if (place === undefined) return;
    own.shut('run', shutOf(atHand(place)));
    board.show(place);
    own.show(place, deck.slides, slides, state);
  };
  const go = (next: Place) => {
    if (next === place) return;
    place = next;
    broadcast.show(place);
    draw();
  };
  const run = (checks: readonly string[]) => {
    if (checks.some((check) => isBusy(checkStateOf(session.state, check)))) return;
    const { allowed, reason } = share(checks);
    told(reason);
    if (allowed.length === 0) return;
    const refuse = (answer: Answer) => answer.how === 'refused' && !signal.aborted && told(answer.message);
    void session.run(allowed).then(refuse);
  };
  const perform = (act: Action) => {
    if (act === 'end') return own.isHelping ? own.help(false) : close();
    if (act === 'help') return own.help(!own.isHelping);
    notice = undefined;
    // Whoever follows looks on: where it goes and what is taken is the presenter's.
    if (mode === 'following' || place === undefined) return;
    switch (act) {
      case 'run':
        return run(atHand(place));
      case 'all':
        return run(order);
      case 'freeze': {
        const why = disabledReason(session.state, 'evidence');
        return why === undefined ? freeze.open() : told(why);
      }
      case 'next':
      case 'back':
      case 'first':
      case 'last':
      case 'check':
      case 'difference':
      case 'matrix':
      case 'picture':
        return go(placeAfter(place, act, deck));
      default:
        return never(act);
    }
  };
  const close = () => own.dialog.close();

  own.dialog.addEventListener(
    'keydown',
    (event) => {
      const act = actionFor(event.key);
      if (act === undefined || isTyped(event) || isPressed(event)) return;
      event.preventDefault();
      event.stopPropagation();
      // A key that is held down goes on, but asks for nothing twice.
      if (!event.repeat || act === 'next' || act === 'back') perform(act);
    },
    { signal },
  );
  // Links into the page behind lead to the check here.
  own.stage.addEventListener(
    'click',
    (event) => {
      const link = event.target instanceof Element ? event.target.closest('a') : null;
      const hash = link?.getAttribute('href') ?? '';
      if (!hash.startsWith('#')) return;
      event.preventDefault();
      const slide = hash.slice(1).replace(/^matrix-/, '');
      if (mode === 'presenting' && deck.slides.includes(slide)) go({ slide, view: 'check' });
    },
    { signal },
  );
  own.dialog.addEventListener(
    'close',
    () => {
      stop();
      life.abort();
      board.close();
      if (mode === 'presenting') broadcast.show(null);
      own.dialog.remove();
      ended();
    },
    { once: true },
  );
  const stop = session.subscribe(draw);
  own.dialog.showModal();
  own.stage.focus();
  if (mode === 'presenting' && place !== undefined) broadcast.show(place);
  draw();
  return { close };
}

/** Whether the key belongs to what is being typed, or to the browser. */
function isTyped({ target, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  // A terminal has a text field too, which takes nothing.
  const typing =
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input, textarea:not([readonly]), select'));
  return typing || ctrlKey || metaKey || altKey;
}

/** A blank on a button presses it, and the terminal scrolls by itself. */
function isPressed({ key, target }: KeyboardEvent): boolean {
  if (!(target instanceof Element)) return false;
  if (key === ' ') return target.closest('button, summary, a') !== null;
  return key.startsWith('Page') && target.closest('.xterm') !== null;
}
