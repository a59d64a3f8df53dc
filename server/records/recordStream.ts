/** Everything of a run as it was written, however large: its entries for a replay, or the bytes of its terminals. */
import { decodeAll, type Encoded, peekOutput } from '../../src/core/protocol/codec.ts';
import { whereOf } from '../../src/core/run/run.ts';
import { collectSkipped } from '../runs/skipOutput.ts';
import { entriesOf } from '../store/assembleRecord.ts';
import { malformedPage, missingPage, type RecordsContext } from './recordsContext.ts';
import {
  fileResponse,
  type RecordRequest,
  type RecordResponse,
  revalidated,
  textType,
  unchanging,
} from './response.ts';

export const recordLog = async (
  context: RecordsContext,
  id: string,
  { pause }: RecordRequest,
): Promise<RecordResponse> =>
  (await missingStream(context, id)) ??
  fileResponse(
    textType,
    `vantage-${id}.log`,
    () => rawOutput(entriesOf(context.store, id, pause)),
    await cacheOf(context, id),
  );

/** Its entries for a replay. `entries?most=N` leaves out the output after the first N bytes of it, and says how much that was. */
export async function recordEntries(
  context: RecordsContext,
  id: string,
  { query, pause }: RecordRequest,
): Promise<RecordResponse> {
  const missing = await missingStream(context, id);
  if (missing !== undefined) return missing;
  const most = query.get('most');
  if (most !== null && !/^\d{1,12}$/.test(most)) return malformedPage(context, `most=${most}`);
  const mostBytes = most === null ? Number.POSITIVE_INFINITY : Number(most);
  return {
    kind: 'stream',
    headers: { 'content-type': 'application/octet-stream', 'cache-control': await cacheOf(context, id) },
    chunks: () => limitedEntries(entriesOf(context.store, id, pause), mostBytes),
  };
}

const cacheOf = async ({ store }: RecordsContext, id: string): Promise<string> =>
  (await store.summary(id))?.state === 'ended' ? unchanging : revalidated;

async function missingStream(context: RecordsContext, id: string): Promise<RecordResponse | undefined> {
  const { store, damaged } = context;
  if ((await store.size(id)) > 0) return undefined;
  const at = await store.removedAt(id);
  if (at !== undefined) return missingPage(context, id, { found: 'removed', at });
  const summary = await store.summary(id);
  if (summary?.state !== 'ended') return missingPage(context, id, { found: 'nothing' });
  const why = 'it has no file, or one that is empty or no ordinary file';
  damaged(id, summary.check, why);
  return missingPage(context, id, { found: 'unreadable', why });
}

type Batches = AsyncIterable<readonly Encoded[]>;

async function* limitedEntries(batches: Batches, most: number): AsyncGenerator<Uint8Array> {
  let sent = 0;
  const skipped = collectSkipped();
  for await (const entries of batches) {
    const wanted: Encoded[] = [];
    for (const entry of entries) {
      const output = peekOutput(entry);
      if (output === undefined || sent + output.bytes <= most) {
        wanted.push(...skipped.flush(), entry);
        sent += output?.bytes ?? 0;
        continue;
      }
      // Nothing smaller is let through after this: what is shown is the beginning, without holes.
      sent = most;
      skipped.add(output);
    }
    if (wanted.length > 0) yield Buffer.concat(wanted.flat());
  }
  yield Buffer.concat(skipped.flush().flat());
}

async function* rawOutput(batches: Batches): AsyncGenerator<Uint8Array> {
  let before = '';
  let commands = new Map<string, string>();
  for await (const entries of batches) {
    const parts: Uint8Array[] = [];
    for (const { body } of decodeAll(entries)) {
      if (body.kind === 'header')
        commands = new Map(body.steps.map((step) => [step.id, `${whereOf(step, body)}$ ${step.command}`]));
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
