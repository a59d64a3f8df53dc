/** A record as a file to keep or to hand on. How each format is written is left to `src/core/report/`. */
import type { EvidenceRecord } from '../../src/core/run/record.ts';
import { asciicastChunks } from '../../src/core/report/asciicast.ts';
import { jsonChunks } from '../../src/core/report/json.ts';
import { junitChunks } from '../../src/core/report/junit.ts';
import { markdownChunks } from '../../src/core/report/markdown.ts';
import { standaloneChunks } from '../../src/core/report/html/standalone.ts';
import { tapChunks } from '../../src/core/report/tap.ts';
import { textChunks } from '../../src/core/report/text.ts';
import { never } from '../../src/core/vocabulary.ts';
import { standaloneCss } from '../styles.ts';
import { type Desk, look, type Looked } from './recordPage.ts';
import { type Asked, htmlType, neverKept, type Reply, sentence, textType } from './recordReply.ts';
import { encodeChunks } from '../files/timeSlices.ts';
import { utc } from '../../src/core/report/format.ts';

const forms = ['json', 'txt', 'cast', 'v3.cast', 'md', 'html', 'junit.xml', 'tap'] as const;
export type Form = (typeof forms)[number];
export const isForm = (text: string): text is Form => forms.some((form) => form === text);

const types: Readonly<Record<Form, string>> = {
  json: 'application/json; charset=utf-8',
  txt: textType,
  cast: 'application/x-asciicast',
  'v3.cast': 'application/x-asciicast',
  md: 'text/markdown; charset=utf-8',
  html: htmlType,
  'junit.xml': 'application/xml; charset=utf-8',
  tap: textType,
};

const MIB = 1024 * 1024;
/** All output in a file together; the rest is said to be left out, and is in the raw stream. */
const mostBytes = 16 * MIB;
/** A report is read by people: so much of the start and of the end of each step is more than fits into it. */
const reportBytes = 256 * 1024;

export async function fileReply(desk: Desk, id: string, form: Form, asked: Asked): Promise<Reply> {
  const found = await look(desk, id, keepOf(desk, id, form), asked.pause);
  return found.found === 'record' ? written(desk, found.record, form, asked) : noFile(id, found, asked.base);
}

/** Why there is no file of a record, with the status that says so. */
export function noFile(id: string, found: Exclude<Looked, { found: 'record' }>, base: string): Reply {
  switch (found.found) {
    case 'nothing':
      return sentence(404, `This server has no record ${id}.`);
    case 'removed':
      return sentence(
        410,
        `The record ${id} was taken away ${utc(found.at)}: there were more, older or larger ones than this server keeps.`,
      );
    case 'unreadable':
      return sentence(410, `The record ${id} is damaged, and nothing of it can be shown: ${found.why}.`);
    case 'queued':
      return sentence(
        409,
        `The run ${id} waits for its turn: there is nothing to hand out yet. Look at ${base}/runs/${id}.`,
      );
    default:
      return never(found);
  }
}

function written(desk: Desk, record: EvidenceRecord, form: Form, { base, isHead, pause }: Asked): Reply {
  const chunks = chunksOf(record, form, base);
  if (chunks === undefined)
    return sentence(
      404,
      `A set has no single terminal to play. Its runs have one each: ${record.runs.map(({ view }) => `${base}/runs/${view.header.run}.${form}`).join(' ')}`,
    );
  if ((form === 'md' || form === 'html') && !isHead) noteAsked(desk, record.id);
  return {
    ...{ kind: 'stream', type: types[form], cache: neverKept },
    file: `vantage-${record.id}.${form}`,
    chunks: () => encodeChunks(chunks, pause),
  };
}

/** A report carries the address of the record into the world. Where that cannot be noted, because the disk is full, it is handed out all the same. */
export function noteAsked({ store, date, log }: Desk, id: string): void {
  // Another folder stands in the place of this one, or its disk has failed.
  if (store.fault() !== undefined) return;
  try {
    store.keeping.noteAsked(id, date());
  } catch (error) {
    log(error);
  }
}

function chunksOf(record: EvidenceRecord, form: Form, base: string): Iterable<string> | undefined {
  const [run] = record.runs;
  switch (form) {
    case 'json':
      return jsonChunks(record, { base });
    case 'txt':
      return textChunks(record);
    case 'md':
      return markdownChunks(record, { base });
    case 'html':
      return standaloneChunks(record, { base, css: standaloneCss });
    case 'junit.xml':
      return junitChunks(record, { base });
    case 'tap':
      return tapChunks(record, { base });
    case 'cast':
    case 'v3.cast':
      return record.kind === 'set' || run === undefined
        ? undefined
        : asciicastChunks(run, form === 'cast' ? 2 : 3);
    default:
      return never(form);
  }
}

/** How much of each step is kept: its share, when a set has many. Half of it at the start and half at the end. */
function keepOf({ store }: Desk, id: string, form: Form): number {
  const steps = 2 * (store.sets.get(id)?.members.length ?? 1);
  const share = Math.floor(mostBytes / 2 / steps);
  const isWhole = form === 'txt' || form === 'json' || form === 'cast' || form === 'v3.cast';
  return isWhole ? share : Math.min(share, reportBytes);
}
