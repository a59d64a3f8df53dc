/** An xterm that shows a run as one session, without input. Loaded when the first terminal is needed. */
import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import type { Moment } from '../../client/state/runLog.ts';
import { createScreenText, wrapLine } from '../../client/view/screenText.ts';
import { createTranscript, type Kind } from '../../client/view/transcript.ts';
import type { TypedSteps } from '../../client/view/typedSteps.ts';
import { withSheets, loadStyleSheet } from '../base/styleSheet.ts';
import sheet from '../../styles/terminal.css?url';

await loadStyleSheet(sheet);

/** Where the page around it does not ask for another size. */
const FONT_PX = 13;
const MOST_ROWS = 18;
const LEAST_COLUMNS = 24;
/** Characters. xterm throws when some 50 MB wait for it; its callback says when it has written a piece. */
const MOST_IN_FLIGHT = 100_000;
/** Characters. xterm lets the page have a turn between two pieces, never within one; each line of a piece costs it a scroll. */
const PIECE = 4096;
const SCROLLBACK_LINES = 20_000;

const HIDE_CURSOR = '\x1b[?25l';
/** Everything as it was at first (RIS), and nothing to scroll back to. */
const CLEAR = '\x1bc\x1b[3J\x1b[?25l';
/** What a piece of each kind begins with; what is ours begins afresh, whatever colours a machine left. */
const LOOK: Readonly<Record<Kind, string>> = {
  prompt: '\x1b[0;1;34m',
  command: '\x1b[0;97m',
  remark: '\x1b[0;90m',
  stdout: '\x1b[39m',
  stderr: '\x1b[38;5;223m',
};
const PLAIN = '\x1b[0m';
const isOurs = (kind: Kind): boolean => kind !== 'stdout' && kind !== 'stderr';

export type Screen = ReturnType<typeof openScreen>;

/** Draws into `box`, which must stand in the page. Colours are those of `box` itself. */
export function openScreen(box: HTMLElement, label: string, steps: TypedSteps) {
  const style = getComputedStyle(box);
  const terminal = new Terminal({
    disableStdin: true,
    // For the bars beside our own lines.
    allowProposedApi: true,
    convertEol: true,
    screenReaderMode: true,
    cursorInactiveStyle: 'none',
    scrollback: SCROLLBACK_LINES,
    rows: 1,
    fontFamily: style.fontFamily,
    fontSize: Number(style.getPropertyValue('--screen-px')) || FONT_PX,
    lineHeight: 1.35,
    minimumContrastRatio: 4.5,
    theme: theme(style),
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  withSheets(() => terminal.open(box));
  terminal.textarea?.setAttribute('aria-label', label);
  terminal.textarea?.setAttribute('readonly', '');
  // Keys stay the page's own, so that Tab leads out; only scrolling is answered here.
  terminal.attachCustomKeyEventHandler((event) => {
    if (event.type === 'keydown' && event.key === 'PageUp') terminal.scrollPages(-1);
    if (event.type === 'keydown' && event.key === 'PageDown') terminal.scrollPages(1);
    return false;
  });

  const size = () => {
    const { cols } = fit.proposeDimensions() ?? {};
    // Hidden or being printed, the box has no width to speak of: keep what was there.
    const columns =
      cols !== undefined && Number.isFinite(cols) ? Math.max(LEAST_COLUMNS, cols) : terminal.cols;
    if (columns !== terminal.cols) terminal.resize(columns, terminal.rows);
    const { baseY, cursorY } = terminal.buffer.active;
    const rows = Math.min(MOST_ROWS, Math.max(terminal.rows, baseY + cursorY + 1));
    if (rows !== terminal.rows) terminal.resize(columns, rows);
  };
  const observer = new ResizeObserver(size);
  observer.observe(box);
  const recolour = () => {
    terminal.options.theme = theme(getComputedStyle(box));
  };
  const dark = matchMedia('(prefers-color-scheme: dark)');
  dark.addEventListener('change', recolour);
  addEventListener('vantage-theme', recolour);

  let inFlight = 0;
  let last: Kind = 'stdout';
  let owesLine = false;
  let isLineNew = true;
  /** Of what is ours. */
  let column = 0;
  const waiting: Moment[] = [];
  const write = (kind: Kind, whole: string) => {
    const wrapped = () => wrapLine(whole, terminal.cols, column, kind === 'command' ? 'command' : 'words');
    const text = isOurs(kind) ? wrapped() : whole;
    column = text.length - text.lastIndexOf('\n') - 1;
    const ends = text.endsWith('\n');
    // A line's end is written when the next line begins, so that the last line is the last row.
    if (owesLine) terminal.write('\n');
    if (kind !== last) terminal.write(isOurs(last) ? PLAIN + LOOK[kind] : LOOK[kind]);
    if (isOurs(kind) && isLineNew) terminal.write('', mark);
    last = kind;
    owesLine = isLineNew = ends;
    const line = ends ? text.slice(0, -1) : text;
    for (let from = 0; from === 0 || from < line.length; from += PIECE)
      put(line.slice(from, from + PIECE), from + PIECE >= line.length);
  };
  /** A bar beside a line of ours: no output can draw it. */
  const mark = () => {
    const marker = terminal.registerMarker();
    const bar = terminal.registerDecoration({ marker, width: 1 });
    bar?.onRender((element) => element.classList.add('own-line'));
  };
  const put = (text: string, isLast: boolean) => {
    inFlight += text.length;
    terminal.write(text, () => {
      inFlight -= text.length;
      // Measuring makes the browser lay the page out: once for each piece is enough.
      if (isLast) size();
      pump();
    });
  };
  let transcript = createTranscript(steps, createScreenText, write);
  const pump = () => {
    while (waiting.length > 0 && inFlight < MOST_IN_FLIGHT) {
      const moment = waiting.shift();
      if (moment !== undefined) transcript.feed(moment);
    }
  };
  size();
  terminal.write(HIDE_CURSOR);

  return {
    write(moment: Moment) {
      waiting.push(moment);
      pump();
    },
    /** Forgets what was written, for a session of these steps. The screen keeps its height, so that nothing jumps. */
    clear(next: TypedSteps) {
      waiting.length = 0;
      owesLine = false;
      isLineNew = true;
      last = 'stdout';
      transcript = createTranscript(next, createScreenText, write);
      // After all that is on its way, which would otherwise be drawn over the empty screen.
      terminal.write(CLEAR);
    },
    close() {
      observer.disconnect();
      dark.removeEventListener('change', recolour);
      removeEventListener('vantage-theme', recolour);
      terminal.dispose();
    },
  };
}

function theme({ color, backgroundColor }: CSSStyleDeclaration) {
  return {
    foreground: hex(color),
    background: hex(backgroundColor),
    cursor: hex(backgroundColor),
    scrollbarSliderBackground: '#8fa1b34d',
    scrollbarSliderHoverBackground: '#8fa1b380',
    scrollbarSliderActiveBackground: '#8fa1b3a6',
    selectionBackground: '#3d5a80',
    black: '#2a3440',
    red: '#ff8f85',
    green: '#7fd6a0',
    yellow: '#efc574',
    blue: '#8fb8ff',
    magenta: '#d7a3ea',
    cyan: '#7fd3dc',
    white: '#dde5ed',
    brightBlack: '#93a3b3',
    brightRed: '#ffb0a8',
    brightGreen: '#a3e6bd',
    brightYellow: '#f6d99b',
    brightBlue: '#b4d0ff',
    brightMagenta: '#e6c5f2',
    brightCyan: '#a8e4ea',
    brightWhite: '#ffffff',
  };
}

function hex(color: string): string {
  const [r = 0, g = 0, b = 0] = (color.match(/\d+(?:\.\d+)?/g) ?? []).map(Number);
  return `#${[r, g, b].map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`;
}
