/** One run as an asciicast, which asciinema's players show with its real timing. The formats: docs.asciinema.org/manual/asciicast/v2 and /v3. */
import type { OutputPart, RunRecord } from '../run/record.ts';
import { oneLine, digits } from './units.ts';
import { readOutput, type RowFacts, rowOf, type StepFacts } from './facts.ts';
import { visible } from '../text/visibleText.ts';
import { shortOf } from './outcome.ts';
import { PLACE } from './format.ts';

/** What is written at a time, or a marker. */
type Event = { readonly ms: number; readonly code: 'o' | 'm'; readonly data: string };

/** The terminal is wide enough for the longest line up to what the commands are told (COLUMNS=200), high enough for what is written. */
const SIZE = { leastColumns: 80, mostColumns: 200, leastRows: 10, mostRows: 30 };

/** In chunks. An empty one is a place where others may have their turn: the size of the terminal is known only when everything was read once. */
export function* asciicastChunks(run: RunRecord, version: 2 | 3): Generator<string> {
  yield* readOutput({ runs: [run] });
  const row = rowOf(run);
  const { width, height } = yield* measured(eventsOf(row));
  const timestamp = Math.floor(Date.parse(row.header.startedAt) / 1000);
  yield `${JSON.stringify({
    version,
    ...(version === 2 ? { width, height } : { term: { cols: width, rows: height, type: 'dumb' } }),
    ...(Number.isNaN(timestamp) ? {} : { timestamp }),
    title: visible(shortOf([row], row.header)).replaceAll('\n', ' '),
    env: { TERM: 'dumb' },
  })}\n`;
  let before = 0;
  for (const { ms, code, data } of eventsOf(row)) {
    // Whole milliseconds: version 3 counts from the event before, and sums of rounded parts would drift.
    yield `${JSON.stringify([(ms - (version === 2 ? 0 : before)) / 1000, code, data])}\n`;
    before = ms;
  }
}

/** Everything in order of time, each made when it is asked for. Where two steps write in turn, a line says which does. */
function* eventsOf(row: RowFacts): Generator<Event> {
  const parts = row.steps
    .flatMap((step) => stepEvents(row, step).map((event) => ({ ...event, step })))
    .sort((a, b) => a.ms - b.ms);
  let writer: StepFacts | undefined;
  let last = '\n';
  for (const { ms, code, text, step, own } of parts) {
    const data = text();
    if (code === 'm') {
      yield { ms, code, data };
      continue;
    }
    const isOther = writer !== undefined && writer !== step;
    writer = step;
    if (data === '') continue;
    const lead = (own || isOther) && !last.endsWith('\n') ? '\r\n' : '';
    const name = !own && isOther ? dim(`[${step.id} on ${step.where}]\r\n`) : '';
    yield { ms, code, data: lead + name + data };
    last = data;
  }
}

const dim = (text: string): string => `\u001b[0;2m${text}\u001b[0m`;

type StepEvent = Omit<Event, 'data'> & {
  /** Asked for once, in the order of the events of a step. */
  readonly text: () => string;
  /** A line of ours, not of the machine. */
  readonly own: boolean;
};

function stepEvents(row: RowFacts, { times, output, where, command, end, id, view }: StepFacts): StepEvent[] {
  const started = times?.started ?? output.head[0]?.at ?? 0;
  const lastAt = (output.tail.at(-1) ?? output.head.at(-1))?.at ?? started;
  const decoders = { stdout: decoder(), stderr: decoder() };
  const written = (parts: readonly OutputPart[]) =>
    parts.map(({ at, stream, bytes }): StepEvent => ({
      ...{ ms: at, code: 'o', own: false },
      text: () => decoders[stream](bytes),
    }));
  const line = (ms: number, text: string): StepEvent => ({
    ...{ ms, code: 'o', own: true },
    text: () => `${text}\r\n`,
  });
  const seconds = view.state === 'ended' ? `, ${view.seconds.toFixed(2)} s` : '';
  const left = dim(`… ${digits(output.beyond)} bytes are left out here; they are in the record …`);
  return [
    { ms: started, code: 'm', text: () => oneLine(`${id} on ${where}`), own: true },
    line(started, `\u001b[0;1m${oneLine(where)} $\u001b[0m ${visible(command).replaceAll('\n', '\r\n')}`),
    ...written(output.head),
    ...(output.beyond === 0 ? [] : [line(output.tail[0]?.at ?? lastAt, left)]),
    ...written(output.tail),
    line(
      Math.max(lastAt, times?.ended ?? lastAt),
      dim(`[${oneLine(end)}${seconds}; ${row.words}, ${PLACE[row.header.source]}]`),
    ),
  ];
}

/** Bytes of one stream as a terminal reads them: UTF-8 that may be cut anywhere, what is not UTF-8 as the replacement sign, line feeds with a return. */
function decoder(): (bytes: Uint8Array) => string {
  const utf8 = new TextDecoder();
  let returned = false;
  return (bytes) => {
    const text = utf8.decode(bytes, { stream: true }).toWellFormed();
    const shown = text.replace(/(\r?)\n/g, (_, own: string, at: number) =>
      own === '' && !(at === 0 && returned) ? '\r\n' : `${own}\n`,
    );
    if (text !== '') returned = text.endsWith('\r');
    return shown;
  };
}

function* measured(events: Iterable<Event>) {
  let longest = 0;
  let lines = 1;
  for (const { code, data } of events) {
    yield '';
    if (code !== 'o') continue;
    const written = data.split('\r\n');
    lines += written.length - 1;
    for (const line of written) longest = Math.max(longest, line.length);
  }
  return {
    width: Math.min(SIZE.mostColumns, Math.max(SIZE.leastColumns, longest)),
    height: Math.min(SIZE.mostRows, Math.max(SIZE.leastRows, lines)),
  };
}
