/** One run as an asciicast, which asciinema's players show with its real timing. The formats: docs.asciinema.org/manual/asciicast/v2 and /v3. */
import type { RunRecord } from '../run/record.ts';
import { readOutput, type RowFacts, rowOf, type StepFacts } from './facts.ts';
import { visible } from '../text/visibleText.ts';
import { outcomeOf } from './outcome.ts';
import { digits, PLACE } from './format.ts';

/** An event: what is written at a time, or a marker. */
type Event = { readonly ms: number; readonly code: 'o' | 'm'; readonly data: string };

/** Size of the terminal: wide enough for the longest line up to what the commands are told (COLUMNS=200), high enough for what is said. */
const SIZE = { leastColumns: 80, mostColumns: 200, leastRows: 10, mostRows: 30 };

/** In chunks. An empty one is a place where others may have their turn: the size of the terminal is known only when everything was read once. */
export function* asciicastChunks(run: RunRecord, version: 2 | 3): Generator<string> {
  yield* readOutput({ runs: [run] });
  const row = rowOf(run);
  const { width, height } = yield* measured(eventsOf(row));
  const timestamp = Math.floor(Date.parse(row.header.startedAt) / 1000);
  const about = {
    ...(Number.isNaN(timestamp) ? {} : { timestamp }),
    title: titleOf(row),
    env: { TERM: 'dumb' },
  };
  const header =
    version === 2
      ? { version, width, height, ...about }
      : { version, term: { cols: width, rows: height, type: 'dumb' }, ...about };
  yield `${JSON.stringify(header)}\n`;
  let before = 0;
  for (const { ms, code, data } of eventsOf(row)) {
    // Whole milliseconds: version 3 counts from the event before, and sums of rounded parts would drift.
    const since = version === 2 ? 0 : before;
    yield `${JSON.stringify([(ms - since) / 1000, code, data])}\n`;
    before = ms;
  }
}

export const asciicast = (run: RunRecord, version: 2 | 3): string =>
  [...asciicastChunks(run, version)].join('');

function titleOf({ header, run }: RowFacts): string {
  const { writeup, startedAt } = header;
  const { short } = outcomeOf({
    ...{
      id: header.run,
      kind: 'run',
      writeup: { id: writeup, title: writeup },
      deciding: [],
      title: '',
      note: '',
    },
    ...{ by: header.by, startedAt, pinned: false, runs: [run] },
  });
  return visible(short).replaceAll('\n', ' ');
}

/** Everything in order of time, each made when it is asked for. Where two steps speak in turn, a line says who does. */
function* eventsOf(row: RowFacts): Generator<Event> {
  const parts = row.steps
    .flatMap((step, index) => stepEvents(row, step).map((event, place) => ({ ...event, step, index, place })))
    .sort((a, b) => a.ms - b.ms || a.index - b.index || a.place - b.place);
  let speaker: StepFacts | undefined;
  let last = '\n';
  for (const { ms, code, text, step, own } of parts) {
    const data = text();
    if (code === 'm') {
      yield { ms, code, data };
      continue;
    }
    const lead = (own || speaker !== step) && !last.endsWith('\n') ? '\r\n' : '';
    const name =
      !own && speaker !== undefined && speaker !== step ? dim(`[${step.id} on ${step.role}]\r\n`) : '';
    if (data !== '') yield { ms, code, data: lead + name + data };
    speaker = step;
    if (data !== '') last = data;
  }
}

const dim = (text: string): string => `\u001b[0;2m${text}\u001b[0m`;

type StepEvent = Omit<Event, 'data'> & {
  /** Asked for once, in the order of the events of a step. */
  readonly text: () => string;
  /** A line of ours, not of the machine. */
  readonly own: boolean;
};

function stepEvents(row: RowFacts, step: StepFacts): StepEvent[] {
  const { times, output, role, command, end, id } = step;
  const started = times?.started ?? output.head[0]?.at ?? 0;
  const decoders = { stdout: decoder(), stderr: decoder() };
  const spoken = (parts: StepFacts['output']['head']) =>
    parts.map(({ at, stream, bytes }): StepEvent => ({
      ms: at,
      code: 'o',
      text: () => decoders[stream](bytes),
      own: false,
    }));
  const head = spoken(output.head);
  const ends = output.tail.at(-1)?.at ?? output.head.at(-1)?.at ?? started;
  const line = (ms: number, text: string): StepEvent => ({
    ...{ ms, code: 'o', own: true },
    text: () => `${text}\r\n`,
  });
  return [
    { ms: started, code: 'm', text: () => oneLine(`${id} on ${role}`), own: true },
    line(started, `\u001b[0;1m${oneLine(role)} $\u001b[0m ${visible(command).replaceAll('\n', '\r\n')}`),
    ...head,
    ...(output.beyond === 0
      ? []
      : [
          line(
            output.tail[0]?.at ?? ends,
            dim(`… ${digits(output.beyond)} bytes are left out here; they are in the record …`),
          ),
        ]),
    ...spoken(output.tail),
    line(
      Math.max(ends, times?.ended ?? ends),
      dim(
        `[${oneLine(end)}${step.seconds === undefined ? '' : `, ${step.seconds.toFixed(2)} s`}; ${row.words}, ${PLACE[row.header.source]}]`,
      ),
    ),
  ];
}

const oneLine = (text: string): string => visible(text).replace(/\s*\n\s*/g, ' ⏎ ');

/** Bytes of one stream as a terminal takes them: UTF-8 that may be cut anywhere, what is not UTF-8 as the replacement sign, line feeds with a return. */
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

function* measured(
  events: Iterable<Event>,
): Generator<string, { readonly width: number; readonly height: number }> {
  let longest = 0;
  let lines = 1;
  for (const { code, data } of events) {
    yield '';
    if (code !== 'o') continue;
    for (const [index, line] of data.split('\r\n').entries()) {
      longest = Math.max(longest, line.length);
      if (index > 0) lines++;
    }
  }
  return {
    width: Math.min(SIZE.mostColumns, Math.max(SIZE.leastColumns, longest)),
    height: Math.min(SIZE.mostRows, Math.max(SIZE.leastRows, lines)),
  };
}
