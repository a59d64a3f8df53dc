/** Progress of a run: one line for each row that ended, and on a terminal a last line that is overwritten. */
import type { EndedRun, Summary } from '../../../src/core/protocol/down.ts';
import { visible } from '../../../src/core/text/visibleText.ts';
import { duration } from '../../../src/core/report/format.ts';
import type { CliContext, Terminal } from './verb.ts';

const redrawMs = 500;

export function createProgress({ print, terminal }: Pick<CliContext, 'print' | 'terminal'>, of: number) {
  const states = new Map<string, Summary>();
  const began = performance.now();
  const moving = terminal && movingLine(terminal);
  const draw = () =>
    moving?.write(progressLine([...states.values()], of, (performance.now() - began) / 1000));
  let over = false;
  const timer = moving && setInterval(draw, redrawMs);
  timer?.unref();
  draw();
  return {
    onSummary(summary: Summary) {
      const before = states.get(summary.run)?.state;
      states.set(summary.run, summary);
      if (summary.state === 'ended' && before !== 'ended') print(endedLine(summary));
      draw();
    },
    /** Removes the moving line; a second call does nothing. */
    end() {
      if (over) return;
      over = true;
      clearInterval(timer);
      moving?.clear();
    },
  };
}

const signs = { agrees: '=', differs: '≠', inconclusive: '?' } as const;

/** A row that ended, in a line that stays. Output of a machine can hold anything, so control characters are made visible. */
export function endedLine({ check, judgement, seconds, how }: EndedRun): string {
  const { verdict, observed, problem } = judgement;
  const verdictText = how === 'cancelled' ? 'cancelled' : verdict;
  const result = problem === undefined ? observed : problem.message;
  return `${signs[verdict]} ${check}: ${verdictText}: ${oneLine(result)} (${duration(seconds)})`;
}

/** The moving line: how many are done, which run now, how many wait. */
export function progressLine(states: readonly Summary[], of: number, seconds: number): string {
  const names = (state: Summary['state']) =>
    states.filter((one) => one.state === state).map(({ check }) => check);
  const [running, ended] = [names('running'), names('ended')];
  const waiting = of - running.length - ended.length;
  return [
    `${ended.length} of ${of}`,
    `${Math.floor(seconds)} s`,
    ...(running.length > 0 ? [`now: ${running.join(', ')}`] : []),
    ...(waiting > 0 ? [`${waiting} wait`] : []),
  ].join(' · ');
}

export const oneLine = (text: string): string =>
  visible(text)
    .replaceAll(/\s*\n\s*/g, ' ⏎ ')
    .replaceAll('\t', ' ');

/** A line that is overwritten; cut to the terminal's width, since a wrapped line cannot be erased. */
export function movingLine(terminal: Terminal) {
  return {
    write(text: string) {
      const most = Math.max(10, terminal.columns() - 1);
      terminal.write(`\r\u001b[K${text.length > most ? `${text.slice(0, most - 1)}…` : text}`);
    },
    clear: () => terminal.write('\r\u001b[K'),
  };
}
