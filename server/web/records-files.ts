/** A record as a file to keep or to hand on. How each format is written is left to `src/core/report/`. */
import type { EvidenceRecord } from '../../src/core/record.ts';
import { asciicast } from '../../src/core/report/asciicast.ts';
import { jsonReport } from '../../src/core/report/json.ts';
import { junitReport } from '../../src/core/report/junit.ts';
import { markdownReport } from '../../src/core/report/markdown.ts';
import { standaloneHtml } from '../../src/core/report/standalone.ts';
import { standaloneCss } from '../../src/core/report/standalone-css.ts';
import { tapReport } from '../../src/core/report/tap.ts';
import { textReport } from '../../src/core/report/text.ts';
import { never } from '../../src/core/vocabulary.ts';
import { type Desk, look, type Looked } from './records-page.ts';
import { type Asked, htmlType, neverKept, type Reply, revalidated, textType } from './records-reply.ts';
import { utc } from '../../src/core/report/words.ts';

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

export async function fileReply(
  desk: Desk,
  id: string,
  form: Form,
  { base }: Pick<Asked, 'base'>,
): Promise<Reply> {
  const found = await look(desk, id, keepOf(desk, id, form));
  return found.found === 'record' ? written(desk, found.record, form, base) : noFile(id, found, base);
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

function written(desk: Desk, record: EvidenceRecord, form: Form, base: string): Reply {
  // A report carries the address of the record into the world: from now on the record is kept.
  if (form === 'md' || form === 'html') keepForGood(desk, record.id);
  const body = bodyOf(record, form, base);
  if (body === undefined)
    return sentence(
      404,
      `A set has no single terminal to play. Its runs have one each: ${record.runs.map(({ view }) => `${base}/runs/${view.header.run}.${form}`).join(' ')}`,
    );
  return {
    kind: 'text',
    status: 200,
    type: types[form],
    body,
    file: `vantage-${record.id}.${form}`,
    cache: revalidated,
  };
}

/** Where that cannot be noted, because the disk is full, the report is handed out all the same. */
function keepForGood({ store, log }: Desk, id: string): void {
  try {
    store.sets.link(id);
  } catch (error) {
    log(error);
  }
}

function bodyOf(record: EvidenceRecord, form: Form, base: string): string | undefined {
  const [run] = record.runs;
  switch (form) {
    case 'json':
      return `${JSON.stringify(jsonReport(record, { base }), null, 2)}\n`;
    case 'txt':
      return textReport(record);
    case 'md':
      return markdownReport(record, { base });
    case 'html':
      return standaloneHtml(record, { base, css: standaloneCss });
    case 'junit.xml':
      return junitReport(record, { base });
    case 'tap':
      return tapReport(record, { base });
    case 'cast':
    case 'v3.cast':
      return record.kind === 'set' || run === undefined ? undefined : asciicast(run, form === 'cast' ? 2 : 3);
    default:
      return never(form);
  }
}

/** How much of each step is kept: its share, when a set has many. */
function keepOf({ store }: Desk, id: string, form: Form): number {
  if (form !== 'txt' && form !== 'json' && form !== 'cast' && form !== 'v3.cast') return reportBytes;
  const steps = 2 * (store.sets.get(id)?.members.length ?? 1);
  // Half at the start and half at the end.
  return Math.floor(mostBytes / 2 / steps);
}

const sentence = (status: number, say: string): Reply => ({
  ...{ kind: 'text', status, type: textType, body: `${say}\n`, file: '', cache: neverKept },
});
