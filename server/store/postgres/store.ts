/** Keeps runs in PostgreSQL: the order of entries, and what excludes what, are the database's. */
import { writeFile } from 'node:fs/promises';
import { encodeParts, seqOf } from '../../../src/core/protocol/codec.ts';
import type { EndedRun } from '../../../src/core/protocol/down.ts';
import type { Store } from '../contract.ts';
import { StoreLostError } from '../faults.ts';
import { framedParts } from '../frames.ts';
import { endUnfinished, type InterruptedLog } from '../interrupted.ts';
import { openQueries } from '../queries.ts';
import { rowText, rowValues } from '../rebuild.ts';
import { applyRetention } from '../retention.ts';
import { type Batch, createMarks, createRecent } from '../tail.ts';
import { firstBatch, readStored } from './batches.ts';
import { openDatabase } from './database.ts';
import { createLogWriter, endedElsewhere, isOurs, type LogWriter } from './log.ts';
import { createShared, requestsKept } from './shared.ts';
import { postgresTransfer } from './transfer.ts';

const ours = `SELECT run FROM runs WHERE run = ? AND ${isOurs}`;
const keptOfAbandoned = 1024 * 1024;

/** Opens the store in the database at `address`. Rejects with a sentence for the operator. */
export async function openPostgresStore(address: string, passwordFile?: string): Promise<Store> {
  const database = await openDatabase(address, passwordFile);
  const { sql, query, copied, change, session } = database;
  const { news } = session;
  const writers = new Map<string, LogWriter>();
  /** Rows of runs that wait for their turn, on their way to the database. */
  const accepting = new Map<string, Promise<unknown>>();
  const pending = new Set<Promise<unknown>>();
  const inBackground = (work: Promise<unknown>) => {
    const done: Promise<unknown> = work.catch(() => {}).finally(() => pending.delete(done));
    pending.add(done);
  };

  /** Runs of this server that have not ended, and those that cannot be: nobody has to end them for it. */
  const known = new Set<string>();
  const pendingSummaries = new Map<string, EndedRun>();
  /** False when another server has ended it, or is about to. */
  const end = async (summary: EndedRun): Promise<boolean> => {
    const { run, how, judgement } = summary;
    const [ended] = await change([
      `UPDATE runs SET state = 'ended', verdict = ?, how = ?, summary = ? WHERE run = ? AND ${isOurs}`,
      ...[judgement.verdict, how, JSON.stringify(summary), run],
    ]);
    known.delete(run);
    if (ended === 1) news.send({ kind: 'ended', run });
    return ended === 1;
  };
  const flushPending = async () => {
    for (const [run, summary] of pendingSummaries) {
      if (!(await end(summary))) {
        const [row] = await sql.all('SELECT state FROM runs WHERE run = ?', run);
        // Another server has it, and is about to end it.
        if (row?.['state'] === 'running') continue;
        session.hear({ kind: 'ended', run });
      }
      pendingSummaries.delete(run);
    }
  };

  const { shared, look } = createShared(database, known);
  const transfer = postgresTransfer(database);
  const recent = createRecent();
  const marks = createMarks();
  const fetching = new Map<string, Promise<Batch>>();
  const fetch = async (run: string, position: number, bytes: number): Promise<Batch> => {
    await writers
      .get(run)
      ?.stored()
      .catch(() => {});
    const read = await readStored(copied, run, position, bytes);
    return firstBatch(recent, run, { position, bytes, read });
  };
  const none = (position: number): Batch => ({ entries: [], next: position });
  const noted = (run: string, position: number, batch: Batch): Batch => {
    const [first] = batch.entries;
    if (first) marks.passed(run, seqOf(first), position);
    return batch;
  };
  const sizeOf = async (run: string) => {
    const [row] = await sql.all('SELECT bytes FROM runs WHERE run = ?', run);
    return Number(row?.['bytes'] ?? 0);
  };
  /** Keeps so many bytes of a log. */
  const cut = (run: string, bytes: number) =>
    change(
      [`UPDATE runs SET bytes = least(bytes, ?::bigint) WHERE run = ? AND ${isOurs}`, bytes, run],
      [`DELETE FROM frames WHERE run = (${ours}) AND position >= ?::bigint`, run, bytes],
      [
        `UPDATE frames SET bytes = substring(bytes FROM 1 FOR (?::bigint - position)::integer)
         WHERE run = (${ours}) AND position + length(bytes) > ?::bigint`,
        ...[bytes, run, bytes],
      ],
    );
  const interruptedLog = (run: string): InterruptedLog => ({
    size: () => sizeOf(run),
    read: (position, bytes) => readStored(copied, run, position, bytes),
    async end(length, entries) {
      const [first] = entries;
      if (first === undefined) return;
      const bytes = Buffer.concat(entries.flatMap((entry) => framedParts(encodeParts(entry))));
      await cut(run, length);
      await change(
        [
          'INSERT INTO frames (run, number, position, bytes) VALUES (?, ?, ?, ?)',
          run,
          first.seq,
          length,
          bytes,
        ],
        [
          'UPDATE runs SET next = ?, bytes = ? WHERE run = ?',
          ...[first.seq + entries.length, length + bytes.length, run],
        ],
      );
    },
  });

  return {
    ...openQueries(sql),
    shared,
    transfer,
    size: (run) => writers.get(run)?.size() ?? sizeOf(run),
    read(run, position, bytes) {
      const known = recent(
        ...([run, position, bytes] as const),
        () => writers.get(run)?.tail.read(position, bytes) ?? none(position),
      );
      if (known.entries.length > 0 || position === writers.get(run)?.size())
        return noted(run, position, known);
      const place = `${run}:${position}:${bytes}`;
      const batch =
        fetching.get(place) ??
        fetch(run, position, bytes)
          .then((got) =>
            noted(
              run,
              position,
              recent(run, position, bytes, () => got),
            ),
          )
          .finally(() => fetching.delete(place));
      fetching.set(place, batch);
      return batch;
    },
    seek(run, seq) {
      const before = marks.before(run, seq);
      if (before > 0 || writers.has(run)) return before;
      const text = 'SELECT position FROM frames WHERE run = ? AND number <= ? ORDER BY number DESC LIMIT 1';
      return sql.all(text, run, seq).then(([row]) => Number(row?.['position'] ?? 0));
    },
    accept(header) {
      const { run } = header;
      known.add(run);
      const row = query(rowText, rowValues(header)).finally(() => accepting.delete(run));
      accepting.set(
        run,
        row.catch(() => {}),
      );
      inBackground(row);
    },
    create(header) {
      const { run } = header;
      const begun = (async () => {
        await accepting.get(run);
        await query(rowText, rowValues(header));
      })();
      begun.catch(() => {});
      known.add(run);
      const writer = createLogWriter(database, run, begun, (bytes) =>
        news.send({ kind: 'grown', run, bytes }),
      );
      writers.set(run, writer);
      return {
        append: writer.append,
        async seal(summary) {
          await writer.stored();
          if (!(await end(summary))) throw new StoreLostError(endedElsewhere);
          writers.delete(run);
        },
        abandon(keep = writer.size()) {
          const bytes = Math.min(keep, keptOfAbandoned);
          inBackground(
            writer
              .stored()
              .catch(() => {})
              .then(() => {
                writers.delete(run);
                return cut(run, bytes);
              }),
          );
        },
      };
    },
    recordFailure(summary) {
      pendingSummaries.set(summary.run, summary);
      inBackground(Promise.all(pending).then(flushPending));
    },
    copyLog: (run, to) => writeFile(to, transfer.log(run), { flag: 'wx', mode: 0o600 }),
    fault: database.fault,
    full: database.fault,
    async *retain(limits, now) {
      await query(`DELETE FROM requests WHERE at < clock_timestamp() - interval '${requestsKept}'`);
      yield* applyRetention(sql, () => {}, limits, now);
    },
    async recover(now) {
      await flushPending();
      const { ended, recovered } = await endUnfinished(await look(), interruptedLog, now);
      // One that cannot be ended is not tried again and again.
      const endings = new Set(ended.map(({ run }) => run));
      for (const { run } of recovered) if (!endings.has(run)) known.add(run);
      for (const summary of ended) {
        await end(summary);
        session.hear({ kind: 'ended', run: summary.run });
      }
      return recovered.map(({ hadItsEnd: _, ...one }) => one);
    },
    async close() {
      await Promise.all([...writers.values()].map((writer) => writer.stored().catch(() => {})));
      await Promise.all(pending);
      await database.close();
    },
  };
}
