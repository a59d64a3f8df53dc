/** The rows of runs in the index: adds one, and adds those that the index lost, from the first entries of their files. */
import { recordIdPattern } from '../../src/core/vocabulary.ts';
import { readdirSync, rmSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { decodeAll } from '../../src/core/protocol/codec.ts';
import type { RunHeader } from '../../src/core/run/run.ts';
import { fromFile } from './reading.ts';
import { transaction } from './schema.ts';

/** `files`: how many cannot be read; they stay as they are. `all`: the index held no run at all. */
export type Rebuilt = { readonly runs: ReadonlySet<string>; readonly files: number; readonly all: boolean };

/** The run whose file has this name; nothing when it is not a run's file. */
export function runOfFileName(name: string): string | undefined {
  const run = name.replace(/\.log$/, '');
  return name !== run && recordIdPattern.test(run) ? run : undefined;
}
const headBytes = 64 * 1024;

export const rowColumns =
  'run, writeup, check_id, title, roles, fleet, started_at, source, condition, state, verdict, how, bytes, summary';

/** Adds the row of a run, or updates that of a run that waited for its turn. The row holds the header until the run ends. */
export const rowText = `INSERT INTO runs (${rowColumns})
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'running', '', '', 0, ?)
     ON CONFLICT (run) DO UPDATE SET started_at = excluded.started_at, condition = excluded.condition, summary = excluded.summary
       WHERE runs.state = 'running'`;

export function rowValues(header: RunHeader): readonly string[] {
  const { run, writeup, check, title, fleet, startedAt, source, condition } = header;
  const roles = `,${[...new Set(header.steps.map(({ role }) => role))].join(',')},`;
  return [run, writeup, check, title, roles, fleet, startedAt, source, condition, JSON.stringify(header)];
}

/** `put` adds the row of a run that has not ended. Costs two lists of names when nothing is missing. */
export function addMissingRows(
  database: DatabaseSync,
  fileOf: (run: string) => string,
  put: (header: RunHeader) => void,
): Rebuilt {
  const idsIn = (sql: string) => {
    const rows = database.prepare(sql).all();
    return new Set(rows.map(({ id }) => String(id)));
  };
  const known = idsIn('SELECT run AS id FROM runs');
  const missing = readdirSync(dirname(fileOf('any')))
    .flatMap((name) => runOfFileName(name) ?? [])
    .filter((run) => !known.has(run))
    .sort();
  if (missing.length === 0) return { runs: new Set(), files: 0, all: false };
  const removed = idsIn('SELECT id FROM removed');
  const runs = new Set<string>();
  let files = 0;
  transaction(database, () => {
    for (const run of missing) {
      // The server ended between the two halves of removing it.
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
    // Which of them were pinned is lost, so none may be removed for being old.
    if (known.size === 0)
      database.exec("UPDATE runs SET pinned = 1, kept_by = 'Vantage, as its index was lost'");
  });
  return { runs, files, all: known.size === 0 };
}

/** Nothing when the file does not begin with the header of the run that it is named after. */
function headerIn(path: string): RunHeader | undefined {
  try {
    const [first] = fromFile(path, 0, headBytes).entries;
    const body = first && decodeAll([first])[0]?.body;
    return body?.kind === 'header' && `${body.run}.log` === basename(path) ? body : undefined;
  } catch {
    return undefined;
  }
}

/** What to tell the operator; nothing when the index knew every file. */
export function rebuiltSentence({ runs, files, all }: Rebuilt): string | undefined {
  const sentences: string[] = [];
  if (runs.size > 0)
    sentences.push(
      all
        ? `The index of the records held no run: it is made anew from the ${runs.size} files in runs/. Sets, pins, and which runs were removed are in no file and are lost; all ${runs.size} runs are pinned now, so that none is removed for being old. If you have a backup of the folder, it has them.`
        : `The index of the records lacked ${runs.size} runs that lie in runs/: they were added from their files. Sets and pins that were made with them are lost.`,
    );
  if (files > 0)
    sentences.push(
      `${files} files in runs/ are in no index and cannot be read: they were left as they are. \`vantage store check\` names them.`,
    );
  return sentences.join(' ') || undefined;
}
