/** What the entries of the menu do. Loaded when it is first opened. */
import type { Mode } from '../../client/view/present.ts';
import { disabledReason } from '../../client/session/permission.ts';
import type { Session } from '../../client/session/session.ts';
import { newestSetOf } from '../../client/state/newestSet.ts';
import { runsToSave } from '../../client/state/runsToSave.ts';
import { copyOnClick } from '../base/clipboard.ts';
import { disabledButton } from '../base/disabledButton.ts';
import { closeOnEscape } from '../base/dom.ts';
import { orderOfPage } from '../base/pageChecks.ts';
import { setSwitch, type Switch } from '../base/switches.ts';
import { saveDialog } from './saveDialog.ts';

export type MenuActions = {
  readonly present: (mode: Mode) => void;
  /** Called with every change of a switch. */
  readonly switched: (name: Switch, on: boolean) => void;
};

export function wireMenu(
  menu: HTMLDetailsElement,
  session: Session,
  { present, switched }: MenuActions,
  signal: AbortSignal,
): void {
  const column = menu.closest('[data-writeup]');
  if (column === null) return;
  const entry = (name: string) => menu.querySelector<HTMLButtonElement>(`[data-do="${name}"]`);
  const onPress = (button: HTMLButtonElement | null, press: () => void) =>
    button?.addEventListener('click', press, { signal });
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

  const record = menu.querySelector<HTMLAnchorElement>('[data-record]');
  const showRecord = () => {
    const set = newestSetOf(session.state, orderOfPage(column));
    if (record) record.hidden = set === undefined;
    if (set) record?.setAttribute('href', `/runs/${set.set}`);
  };
  signal.addEventListener('abort', session.subscribe(showRecord));
  showRecord();
  onPress(entry('present'), () => {
    leave();
    present('presenting');
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
    const draw = () => {
      const { state } = session;
      save.hidden = state.link.state === 'absent' || state.link.state === 'ended';
      const { runs } = runsToSave(state, orderOfPage(column));
      own.setReason(
        disabledReason(state, 'evidence') ??
          (runs.length === 0 ? 'Nothing has run yet. Run a check first.' : undefined),
      );
    };
    signal.addEventListener('abort', session.subscribe(draw));
    draw();
  }
  for (const one of menu.querySelectorAll<HTMLButtonElement>('[data-switch]')) {
    const name = one.dataset.switch === 'keep-open' ? 'keep-open' : 'predict-first';
    const show = () => one.setAttribute('aria-checked', String(column.hasAttribute(`data-${name}`)));
    onPress(one, () => {
      const on = !column.hasAttribute(`data-${name}`);
      setSwitch(column, name, on);
      show();
      switched(name, on);
    });
    show();
  }
}
