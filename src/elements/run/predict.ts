/** Predict, then run: hides the result of each row until its reader has said what they expect, and then says why it came out so. */
import type { Session } from '../../client/session/session.ts';
import { checkStateOf, isBusy } from '../../client/state/state.ts';
import { choiceThatCame, type Choice } from '../../core/judge/choices.ts';
import { checksOfPage } from '../base/pageChecks.ts';
import { partOf } from './checkPart.ts';
import { predictPanel } from './predictPanel.ts';

const RUN_BUTTONS = 'v-run button, [data-run]';

/** Until `signal`. */
export function startPredicting(column: HTMLElement, session: Session, signal: AbortSignal): void {
  const answers = answersOf(column.dataset.writeup ?? '');
  const marked = (check: string) =>
    column.querySelectorAll<HTMLElement | SVGElement>(
      `:is([data-row="${check}"], v-record[data-check="${check}"], .attempts-picture [data-check="${check}"])`,
    );
  const mark = (check: string, state?: 'asking') => {
    for (const one of marked(check))
      if (state === undefined) delete one.dataset.predict;
      else one.dataset.predict = state;
  };
  const checks = checksOfPage(column);
  for (const check of checks.keys()) if (!answers.has(check)) mark(check, 'asking');
  signal.addEventListener('abort', () => {
    for (const check of checks.keys()) mark(check);
  });

  const ask = async (row: HTMLElement, check: string) => {
    const choices = await choicesFor(row, check).catch((error: unknown) => console.error(error));
    if (signal.aborted) return;
    const panel = predictPanel(row, checks.get(check)?.title ?? check, signal);
    const run = () => {
      mark(check);
      row.querySelector<HTMLElement>(RUN_BUTTONS)?.click();
    };
    // Without choices there is nothing to ask: the row runs as it always does.
    if (!choices) {
      panel.close();
      return run();
    }
    panel.ask(choices, (expected) => {
      answers.add(check);
      const before = checkStateOf(session.state, check).last;
      run();
      if (expected !== undefined) watch(check, before, choices, expected, panel);
    });
  };
  const watch = (
    check: string,
    before: unknown,
    choices: readonly Choice[],
    expected: Choice,
    panel: ReturnType<typeof predictPanel>,
  ) => {
    const stop = session.subscribe(() => {
      const state = checkStateOf(session.state, check);
      if (state.last === undefined || state.last === before || isBusy(state)) return;
      const { judgement } = state.last;
      panel.explain(choices, expected, choiceThatCame(choices, judgement), judgement);
      // A run that decides nothing leaves the question open.
      if (judgement.verdict !== 'inconclusive') stop();
    });
    signal.addEventListener('abort', stop);
  };

  const onPress = (event: Event) => {
    const button = event.target instanceof Element ? event.target.closest(RUN_BUTTONS) : null;
    const row = button?.closest<HTMLElement>('[data-row]');
    const check = row?.dataset.row;
    if (!row || check === undefined || row.dataset.predict !== 'asking') return;
    if (button?.getAttribute('aria-disabled') === 'true' || isBusy(checkStateOf(session.state, check)))
      return;
    event.preventDefault();
    event.stopImmediatePropagation();
    void ask(row, check);
  };
  column.addEventListener('click', onPress, { signal, capture: true });
}

/** From the page, or from the check's own. */
async function choicesFor(row: HTMLElement, check: string): Promise<readonly Choice[] | undefined> {
  const own = `v-predict[data-check="${check}"]`;
  const address = row.querySelector<HTMLAnchorElement>('a.title')?.href;
  const found =
    document.querySelector<HTMLElement>(own) ??
    (address === undefined ? null : (await partOf(address)).querySelector<HTMLElement>(own));
  const choices: readonly Choice[] | undefined = found
    ? JSON.parse(found.dataset.choices ?? '[]')
    : undefined;
  return choices;
}

/** The checks that this tab has answered for. */
function answersOf(writeup: string): Pick<Set<string>, 'has' | 'add'> {
  const key = `vantage-predicted-${writeup}`;
  const read = () => {
    try {
      return new Set(sessionStorage.getItem(key)?.split(' '));
    } catch {
      return new Set<string>();
    }
  };
  const answers = read();
  return {
    has: (check) => answers.has(check),
    add: (check) => {
      answers.add(check);
      try {
        sessionStorage.setItem(key, [...answers].join(' '));
      } catch {
        // Storage is switched off: asked again after a reload.
      }
      return answers;
    },
  };
}
