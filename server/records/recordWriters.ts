/** Writes a record in any format, in chunks. */
import type { EvidenceRecord } from '../../src/core/run/record.ts';
import { asciicastChunks } from '../../src/core/report/asciicast.ts';
import type { Format } from '../../src/core/report/formats.ts';
import { standaloneChunks } from '../../src/core/report/html/standalone.ts';
import { jsonChunks } from '../../src/core/report/json.ts';
import { junitChunks } from '../../src/core/report/junit.ts';
import { markdownChunks } from '../../src/core/report/markdown.ts';
import { tapChunks } from '../../src/core/report/tap.ts';
import type { Theme } from '../files/builtTheme.ts';
import { standaloneCss } from '../styles.ts';
import { textChunks } from '../../src/core/report/text.ts';

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
