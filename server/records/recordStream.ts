/** Everything of a run as it was written, however large: its entries for a replay, or the bytes of its terminals. */
import { decodeEntries, encodeEntry, peekOutput } from '../../src/core/protocol/codec.ts';
import { entriesOf } from '../store/assembleRecord.ts';
import { malformedPage, missingPage } from './missingPages.ts';
import type { RecordsContext } from './recordsContext.ts';
import {
  fileResponse,
  type RecordRequest,
  type RecordResponse,
  revalidated,
  textType,
  unchanging,
} from './response.ts';

/** `entries?most=N` leaves out the output after the first N bytes of it, and says how much that was. */
export function recordStream(
  context: RecordsContext,
  id: string,
  what: 'entries' | 'log',
  { query, pause }: RecordRequest,
): RecordResponse {
  const { store } = context;
  const summary = store.summary(id);
  const isOver = summary?.state === 'ended';
  if (store.size(id) === 0) {
    const at = store.removedAt(id);
    if (at !== undefined) return missingPage(context, id, { found: 'removed', at });
    if (!isOver) return missingPage(context, id, { found: 'nothing' });
    const why = 'it has no file, or one that is empty or no ordinary file';
    context.damaged(id, summary.check, why);
    return missingPage(context, id, { found: 'unreadable', why });
  }
  const most = query.get('most');
  if (most !== null && !/^\d{1,12}$/.test(most)) return malformedPage(context, `most=${most}`);
  const cache = isOver ? unchanging : revalidated;
  if (what === 'log')
    return fileResponse(textType, `vantage-${id}.log`, () => rawOutput(entriesOf(store, id, pause)), cache);
  return {
    kind: 'stream',
    headers: { 'content-type': 'application/octet-stream', 'cache-control': cache },
    chunks: () =>
      limitedEntries(entriesOf(store, id, pause), most === null ? Number.POSITIVE_INFINITY : Number(most)),
  };
}

type Batches = AsyncIterable<readonly Buffer[]>;

async function* limitedEntries(batches: Batches, most: number): AsyncGenerator<Uint8Array> {
  let sent = 0;
  let left: { seq: number; at: number; until: number; bytes: Record<string, number> } | undefined;
  const skipped = (): Buffer[] => {
    if (left === undefined) return [];
    const { seq, at, until, bytes } = left;
    left = undefined;
    return [Buffer.from(encodeEntry({ seq, at, body: { kind: 'skipped', until, bytes } }))];
  };
  for await (const entries of batches) {
    const wanted: Buffer[] = [];
    for (const entry of entries) {
      const output = peekOutput(entry);
      if (output === undefined || sent + output.bytes <= most) {
        wanted.push(...skipped(), entry);
        sent += output?.bytes ?? 0;
        continue;
      }
      // Nothing smaller is let through after this: what is shown is the beginning, without holes.
      sent = most;
      left ??= { seq: output.seq, at: output.at, until: output.seq, bytes: {} };
      left.until = output.seq + 1;
      left.bytes[output.step] = (left.bytes[output.step] ?? 0) + output.bytes;
    }
    if (wanted.length > 0) yield Buffer.concat(wanted);
  }
  yield Buffer.concat(skipped());
}

async function* rawOutput(batches: Batches): AsyncGenerator<Uint8Array> {
  let before = '';
  let commands = new Map<string, string>();
  for await (const entries of batches) {
    const parts: Uint8Array[] = [];
    for (const { body } of entries.flatMap((encoded) => decodeEntries(encoded))) {
      if (body.kind === 'header')
        commands = new Map(body.steps.map(({ id: step, role, command }) => [step, `${role}$ ${command}`]));
      if (body.kind !== 'output') continue;
      const now = `${body.step} ${body.stream}`;
      if (now !== before)
        parts.push(Buffer.from(`\n===== ${body.step}, ${body.stream}: ${commands.get(body.step) ?? ''}\n`));
      before = now;
      parts.push(body.bytes);
    }
    if (parts.length > 0) yield Buffer.concat(parts);
  }
}
