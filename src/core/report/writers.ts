/** Writes a record in any format, in chunks. */
import type { EvidenceRecord } from '../run/record.ts';
import { asciicastChunks } from './asciicast.ts';
import type { Format } from './formats.ts';
import { standaloneChunks } from './html/standalone.ts';
import { standaloneCss } from './html/standaloneCss.ts';
import { jsonChunks } from './json.ts';
import { junitChunks } from './junit.ts';
import { markdownChunks } from './markdown.ts';
import { tapChunks } from './tap.ts';
import { textChunks } from './text.ts';

/** An empty chunk is a place where others may have their turn. `base` is the address of the server, for links. */
type Writer = (record: EvidenceRecord, base: string) => Iterable<string>;

const player =
  (version: 2 | 3): Writer =>
  ({ runs: [run] }) =>
    run === undefined ? [] : asciicastChunks(run, version);

export const writers: Readonly<Record<Format, Writer>> = {
  json: (record, base) => jsonChunks(record, { base }),
  txt: textChunks,
  md: (record, base) => markdownChunks(record, { base }),
  html: (record, base) => standaloneChunks(record, { base, css: standaloneCss }),
  'junit.xml': (record, base) => junitChunks(record, { base }),
  tap: (record, base) => tapChunks(record, { base }),
  cast: player(2),
  'v3.cast': player(3),
};
