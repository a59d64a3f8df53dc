/** A record as a file to keep or to hand on, in any format, in chunks. */
import { type Format, formats } from '../../src/core/report/formats.ts';
import { recordAddress } from '../../src/core/report/format.ts';
import { encodeChunks } from '../files/timeSlices.ts';
import { missingFile, loadRecord, type RecordsContext } from './recordsContext.ts';
import { fileResponse, type RecordRequest, type RecordResponse, sentenceResponse } from './response.ts';
import type { EvidenceRecord } from '../../src/core/run/record.ts';
import { asciicastChunks } from '../../src/core/report/asciicast.ts';
import { standaloneChunks } from '../../src/core/report/html/standalone.ts';
import { jsonChunks } from '../../src/core/report/json.ts';
import { junitChunks, tapChunks } from '../../src/core/report/junit.ts';
import { markdownChunks } from '../../src/core/report/markdown.ts';
import type { Theme } from '../files/builtTheme.ts';
import { standaloneCss } from '../styles.ts';
import { textChunks } from '../../src/core/report/text.ts';

const MIB = 1024 * 1024;
/** All output in a file together; a file says what it leaves out, which is in the raw stream. */
const mostBytes = 16 * MIB;
/** A report is read by people: so much of the start and of the end of each step is more than fits into it. */
const reportBytes = 256 * 1024;

export async function recordFile(
  format: Format,
  context: RecordsContext,
  id: string,
  { base, isHead, pause }: RecordRequest,
): Promise<RecordResponse> {
  const { type, ofOneRun, isReport, isWhole } = formats[format];
  // Each step has its share when a set has many: half of it at the start and half at the end.
  const share = Math.floor(mostBytes / 4 / ((await context.store.sets.get(id))?.members.length ?? 1));
  const found = await loadRecord(context, id, isWhole ? share : Math.min(share, reportBytes), pause);
  if (found.found !== 'record') return missingFile(id, found);
  const { record } = found;
  if (ofOneRun && (record.kind === 'set' || record.runs.length === 0)) {
    const own = record.runs.map(({ view }) => `${recordAddress(base, view.header.run)}.${format}`);
    return sentenceResponse(
      404,
      `A set has no single terminal to play. Its runs have one each: ${own.join(' ')}`,
    );
  }
  if (isReport && !isHead) await noteRequested(context, id);
  const chunks = writers[format](record, { base, theme: context.template.theme });
  return fileResponse(type, `vantage-${record.id}.${format}`, () => encodeChunks(chunks, pause));
}

/** A report carries the address of the record into the world, so retention keeps it longer. On a full disk it is handed out all the same. */
export async function noteRequested({ store, date, log }: RecordsContext, id: string): Promise<void> {
  // Another folder is in the place of this one, or its disk has failed.
  if (store.fault() !== undefined) return;
  try {
    await store.keeping.noteAsked(id, date());
  } catch (error) {
    log(error);
  }
}

/** `base`: the address of the server, for links; `theme`: reads that of the site. An empty chunk is a place where others may have their turn. */
type Writer = (
  record: EvidenceRecord,
  place: { readonly base: string; readonly theme: () => Theme },
) => Iterable<string>;

const player =
  (version: 2 | 3): Writer =>
  ({ runs: [run] }) =>
    run === undefined ? [] : asciicastChunks(run, version);

export const writers: Readonly<Record<Format, Writer>> = {
  json: jsonChunks,
  txt: textChunks,
  md: markdownChunks,
  html: (record, { base, theme }) => {
    const { name, css } = theme();
    return standaloneChunks(record, { base, site: name, css: standaloneCss + css });
  },
  'junit.xml': junitChunks,
  tap: tapChunks,
  cast: player(2),
  'v3.cast': player(3),
};
