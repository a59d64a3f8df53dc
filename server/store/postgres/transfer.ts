/** PostgreSQL, when records move into it or out of it. */
import { readFrames } from '../frames.ts';
import type { Transfer } from '../contract.ts';
import { insertion, runColumns } from '../copy/tables.ts';
import type { SqlValue } from '../sql.ts';
import { storedFrames } from './batches.ts';
import type { Database } from './database.ts';

const bytesAtOnce = 256 * 1024;

export function postgresTransfer({ sql, copied, change, session }: Database): Transfer {
  return {
    sql,
    others: async () => (await session.news.servers()).size - 1,
    async *log(run) {
      for (let position = 0; ;) {
        const bytes = Buffer.concat(await storedFrames(copied, run, position, bytesAtOnce));
        position += bytes.length;
        yield bytes;
        if (bytes.length < bytesAtOnce) return;
      }
    },
    async add(records) {
      const statements: (readonly [string, ...(SqlValue | Buffer)[]])[] = [];
      for (const { row, log } of records) {
        const run = String(row['run']);
        statements.push(insertion('runs', runColumns.all, row));
        let [position, next] = [0, 0];
        for await (const { bytes, entries } of frames(log)) {
          const text = 'INSERT INTO frames (run, number, position, bytes) VALUES (?, ?, ?, ?)';
          statements.push([text, run, next, position, bytes]);
          position += bytes.length;
          next += entries;
        }
        // Bytes behind the end of a log are damage, and the length of the log is what shows it.
        const counted = 'UPDATE runs SET next = ?, bytes = greatest(bytes, ?::bigint) WHERE run = ?';
        statements.push([counted, next, position, run]);
      }
      await change(...statements);
    },
  };
}

/** Cuts a log between its entries: a reader of the database begins at a frame. What cannot be read goes along as it is. */
async function* frames(log: AsyncIterable<Buffer>) {
  let rest = Buffer.alloc(0);
  let isDamaged = false;
  for await (const part of log) {
    rest = Buffer.concat([rest, part]);
    if (!isDamaged) {
      const { entries, length, after } = readFrames(rest);
      if (length > 0) yield { bytes: rest.subarray(0, length), entries: entries.length };
      rest = rest.subarray(length);
      isDamaged = after === 'damaged';
    }
    if (!isDamaged || rest.length === 0) continue;
    yield { bytes: rest, entries: 1 };
    rest = Buffer.alloc(0);
  }
  if (rest.length > 0) yield { bytes: rest, entries: 1 };
}
