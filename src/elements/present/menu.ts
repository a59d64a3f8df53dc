/** What the menu and the bar that says who presents do. Loaded when one of them is wanted. */
import { disabledReason } from '../../client/session/permission.ts';
import type { Session } from '../../client/session/session.ts';
import { addressOf } from '../../client/state/address.ts';
import { newestSetOf, runsToSave } from '../../client/state/runsToSave.ts';
import type { Mode } from '../../client/view/present.ts';
import { copyOnClick } from '../base/clipboard.ts';
import { disabledButton } from '../base/disabledButton.ts';
import { closeOnEscape } from '../base/closeOnEscape.ts';
import { node, shape } from '../base/dom.ts';
import { checksOfPage } from '../base/pageChecks.ts';
import { orderOfPage, saveDialog } from './saveDialog.ts';
import type { Switch } from '../base/switches.ts';
import { setSwitch } from './setSwitch.ts';
import type { Slide } from './frame.ts';

/** `follows`: until the reader leaves, the presenter is followed without a press. */
export function wireMenu(
  host: HTMLElement,
  menu: HTMLDetailsElement,
  column: HTMLElement,
  session: Session,
  follows: boolean,
  signal: AbortSignal,
): void {
  const onPress = (button: HTMLElement | null, press: () => void) =>
    button?.addEventListener('click', press, { signal });
  const entry = (name: string) => menu.querySelector<HTMLButtonElement>(`[data-do="${name}"]`);
  const drawings: (() => void)[] = [];
  const drawNow = () => {
    for (const draw of drawings) draw();
  };
  /** What comes next gives the focus back to where it was: the menu. */
  const leave = () => {
    menu.open = false;
    menu.querySelector('summary')?.focus();
  };
  closeOnEscape(menu, signal);
  const closeOutside = ({ target }: Event) => {
    if (target instanceof Node && !menu.contains(target)) menu.open = false;
  };
  for (const kind of ['pointerdown', 'focusin']) document.addEventListener(kind, closeOutside, { signal });

  const present = presentation(host, column, session, follows, signal);
  drawings.push(present.draw);
  onPress(entry('present'), () => {
    leave();
    void present.open('presenting');
  });

  const record = menu.querySelector<HTMLAnchorElement>('[data-record]');
  drawings.push(() => {
    const set = newestSetOf(session.state, orderOfPage(column));
    if (record) record.hidden = set === undefined;
    if (set) record?.setAttribute('href', addressOf(`/runs/${set.set}`));
  });

  const copy = entry('copy');
  if (copy) copyOnClick(copy, () => location.origin + location.pathname, copy, signal);

  const dialog = saveDialog(column, session, signal);
  const save = entry('save');
  if (save) {
    const own = disabledButton(save);
    save.after(own.note);
    onPress(save, () => {
      if (own.isRefused()) return;
      leave();
      dialog.open();
    });
    drawings.push(() => {
      const { state } = session;
      save.hidden = state.link.state === 'absent' || state.link.state === 'ended';
      const nothing = runsToSave(state, orderOfPage(column)).runs.length === 0;
      own.setReason(
        disabledReason(state, 'evidence') ??
          (nothing ? 'Nothing has run yet. Run a check first.' : undefined),
      );
    });
  }

  let predicting: AbortController | undefined;
  const predict = async (on: boolean) => {
    predicting?.abort();
    if (!on) return;
    const own = new AbortController();
    predicting = own;
    const { startPredicting } = await import('../run/predict.ts');
    startPredicting(column, session, AbortSignal.any([own.signal, signal]));
  };
  for (const button of menu.querySelectorAll<HTMLButtonElement>('[data-switch]')) {
    const name: Switch = button.dataset.switch === 'keep-open' ? 'keep-open' : 'predict-first';
    const isSet = () => column.hasAttribute(`data-${name}`);
    const apply = () => {
      button.setAttribute('aria-checked', String(isSet()));
      if (name === 'predict-first') void predict(isSet());
    };
    onPress(button, () => {
      setSwitch(column, name, !isSet());
      apply();
    });
    apply();
  }
  signal.addEventListener('abort', session.subscribe(drawNow));
  drawNow();
}

/** Opens and closes the presentation, a child of `column`, and shows who presents, with the way to follow. */
function presentation(
  host: HTMLElement,
  column: HTMLElement,
  session: Session,
  follows: boolean,
  signal: AbortSignal,
) {
  const bar = host.querySelector<HTMLElement>('.presenting') ?? node('div', {});
  const message = node('p', {});
  const follow = node('button', { type: 'button', class: 'button chief' }, 'Follow');
  follow.addEventListener('click', () => void open('following'), { signal });
  bar.replaceChildren(shape('link'), message, follow);
  let isOpen = false;
  let waits = follows;
  const setOpen = (now: boolean) => {
    isOpen = now;
    draw();
  };
  const open = async (mode: Mode) => {
    if (isOpen) return;
    waits = false;
    setOpen(true);
    try {
      const { openPresentation } = await import('./dialog.ts');
      if (signal.aborted) return;
      const opened = openPresentation({
        ...{ host: column, session, mode, title: host.dataset.title ?? '', slides: slidesOf(host) },
        onClose: () => setOpen(false),
      });
      signal.addEventListener('abort', () => opened.close());
    } catch (error) {
      console.error(error);
      setOpen(false);
    }
  };
  const draw = () => {
    const { presenting, link, you } = session.state;
    if (presenting !== null && waits && !isOpen) return void open('following');
    bar.hidden = isOpen || link.state !== 'open' || (presenting === null && !waits);
    follow.hidden = presenting === null;
    const text =
      presenting === null
        ? 'Nobody presents now. This page follows when somebody does.'
        : presentingText(presenting, presenting.by === you, host);
    if (message.textContent !== text) message.textContent = text;
  };
  return { open, draw };
}

function presentingText(
  { by, at: { slide } }: NonNullable<Session['state']['presenting']>,
  isYou: boolean,
  host: Element,
): string {
  const order = orderOfPage(host);
  const title = checksOfPage(host).get(slide)?.title;
  const place = title === undefined ? '' : ` row ${order.indexOf(slide) + 1} of ${order.length}: ${title}`;
  return isYou ? `You present${place}, in another window` : `${by} presents${place}`;
}

/** In the order of the page. */
function slidesOf(host: HTMLElement): Slide[] {
  const known: readonly Omit<Slide, 'title' | 'hash'>[] = JSON.parse(host.dataset.slides ?? '[]');
  const checks = checksOfPage(host);
  return orderOfPage(host).flatMap((id) => {
    const [slide, check] = [known.find((one) => one.id === id), checks.get(id)];
    return slide && check ? [{ ...slide, title: check.title, hash: check.hash }] : [];
  });
}
