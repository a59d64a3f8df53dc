/** Writes a record in any format, in chunks. */
import type { EvidenceRecord } from '../run/record.ts';
import { asciicastChunks } from './asciicast.ts';
import type { Format } from './formats.ts';
import { standaloneChunks } from './html/standalone.ts';
import { jsonChunks } from './json.ts';
import { junitChunks } from './junit.ts';
import { markdownChunks } from './markdown.ts';
import { tapChunks } from './tap.ts';
import { textChunks } from './text.ts';

export type ReportLinks = {
  /** The address of the server, for links. */
  readonly base: string;
  /** The style of a record in one file. */
  readonly css: string;
};

/** An empty chunk is a place where others may have their turn. */
type Writer = (record: EvidenceRecord, links: ReportLinks) => Iterable<string>;

const player =
  (version: 2 | 3): Writer =>
  ({ runs: [run] }) =>
    run === undefined ? [] : asciicastChunks(run, version);

export const writers: Readonly<Record<Format, Writer>> = {
  json: jsonChunks,
  txt: textChunks,
  md: markdownChunks,
  html: standaloneChunks,
  'junit.xml': junitChunks,
  tap: tapChunks,
  cast: player(2),
  'v3.cast': player(3),
};
