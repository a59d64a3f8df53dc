/** Gives runs that the index does not know their row back, from the first entry of their files. Ending them is left to `store.ts`. */
import { recordIdPattern } from '../../src/core/vocabulary.ts';
import { readdirSync, rmSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { decodeEntries } from '../../src/core/protocol/codec.ts';
import type { RunHeader } from '../../src/core/run/run.ts';
import { fromFile } from './reading.ts';

/** `files`: those that cannot be read; they are left as they are. `all`: the index held no run at all. */
export type Rebuilt = { readonly runs: ReadonlySet<string>; readonly files: number; readonly all: boolean };

/** The run whose file has this name; nothing when it is not a run's file. */
export function runOfFileName(name: string): string | undefined {
  const run = name.replace(/\.log$/, '');
  return name !== run && recordIdPattern.test(run) ? run : undefined;
}
const headBytes = 64 * 1024;

/** `put` makes the row of a run that has not ended. Costs two lists of names when nothing is missing. */
export function addMissingRows(
  database: DatabaseSync,
  fileOf: (run: string) => string,
  put: (header: RunHeader) => void,
): Rebuilt {
  const listed = (sql: string) =>
    new Set(
      database
        .prepare(sql)
        .all()
        .map(({ id }) => String(id)),
    );
  const known = listed('SELECT run AS id FROM runs');
  const missing = readdirSync(dirname(fileOf('any')))
    .flatMap((name) => runOfFileName(name) ?? [])
    .filter((run) => !known.has(run))
    .sort();
  if (missing.length === 0) return { runs: new Set(), files: 0, all: false };
  const removed = listed('SELECT id FROM removed');
  const runs = new Set<string>();
  let files = 0;
  database.exec('BEGIN');
  try {
    for (const run of missing) {
      // The server ended between the two halves of taking it away.
      if (removed.has(run)) {
        rmSync(fileOf(run), { force: true });
        continue;
      }
      const header = headerIn(fileOf(run));
      if (header === undefined) files += 1;
      else {
        put(header);
        runs.add(run);
      }
    }
    // Which of them were pinned is not known any more, so none may be taken away for being old.
    if (known.size === 0)
      database.exec("UPDATE runs SET pinned = 1, kept_by = 'Vantage, as its index was lost'");
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
  return { runs, files, all: known.size === 0 };
}

/** Nothing when the file does not begin with the header of the run that it is named after. */
function headerIn(path: string): RunHeader | undefined {
  try {
    const [first] = fromFile(path, 0, headBytes).entries;
    const body = first && decodeEntries(first)[0]?.body;
    return body?.kind === 'header' && `${body.run}.log` === basename(path) ? body : undefined;
  } catch {
    return undefined;
  }
}

/** What the operator is told; nothing when the index knew every file. */
export function rebuiltSentence({ runs, files, all }: Rebuilt): string | undefined {
  const added =
    runs.size === 0
      ? []
      : [
          all
            ? `The index of the records held no run: it is made anew from the ${runs.size} files in runs/. Sets, pins, and which runs were removed are in no file and are lost; all ${runs.size} runs are pinned now, so that none is removed for being old. If you have a backup of the folder, it has them.`
            : `The index of the records lacked ${runs.size} runs that lie in runs/: they were added from their files. Sets and pins that were made with them are lost.`,
        ];
  const left =
    files === 0
      ? []
      : [
          `${files} files in runs/ are in no index and cannot be read: they were left as they are. \`vantage store check\` names them.`,
        ];
  return [...added, ...left].join(' ') || undefined;
}
