/** Rows of PostgreSQL as the bytes that they are: pg reads every other answer as text, in which a byte takes two characters. */
import type pg from 'pg';

/** A value that is NULL is no bytes. */
export type BinaryRow = readonly Buffer[];

/** Asks in COPY's binary format. Rejects as a question of pg does, also when it takes longer than that may. */
export function copyOut(client: pg.PoolClient, question: string): Promise<readonly BinaryRow[]> {
  const { promise, resolve, reject } = Promise.withResolvers<readonly BinaryRow[]>();
  const rows: BinaryRow[] = [];
  let isFirst = true;
  client.query({
    callback: (error?: Error) => (error ? reject(error) : resolve(rows)),
    submit: (connection: pg.Connection) => connection.query(`COPY (${question}) TO STDOUT (FORMAT binary)`),
    handleCopyData({ chunk }: { readonly chunk: Buffer }) {
      // A copy: pg writes over it when more comes.
      const message = Buffer.from(chunk);
      rows.push(...rowsIn(message, isFirst ? headLength(message) : 0));
      isFirst = false;
    },
    handleCommandComplete() {},
    handleReadyForQuery() {
      this.callback();
    },
    handleError(error: Error) {
      this.callback(error);
    },
  });
  return promise;
}

const lengthBytes = 4;
/** The signature and the flags. */
const fixedBytes = 15;

/** Source of the format, and of messages that hold whole rows: PostgreSQL's documentation of COPY and of CopyData. */
const headLength = (message: Buffer): number => fixedBytes + lengthBytes + message.readInt32BE(fixedBytes);

function* rowsIn(message: Buffer, from: number): Generator<BinaryRow> {
  for (let at = from; at < message.length;) {
    const columns = message.readInt16BE(at);
    at += 2;
    if (columns < 0) return;
    const row: Buffer[] = [];
    while (row.length < columns) {
      const length = Math.max(0, message.readInt32BE(at));
      at += lengthBytes;
      row.push(message.subarray(at, at + length));
      at += length;
    }
    yield row;
  }
}
