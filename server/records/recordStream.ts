/** Everything of a run as it was written, however large: its entries for a replay, or the bytes of its terminals. Read and sent piece by piece. */
import { decodeEntries, encodeEntry, peekOutput } from '../../src/core/protocol/codec.ts';
import { never } from '../../src/core/vocabulary.ts';
import { entriesOf } from '../store/assembleRecord.ts';
import { type Desk, insteadOf, malformed } from './recordPage.ts';
import { type Asked, type Reply, revalidated, textType, unchanging } from './recordReply.ts';

/** `entries?most=N` leaves out the output after the first N bytes of it, and says how much that was. */
export function streamReply(desk: Desk, id: string, what: 'entries' | 'log', { query, pause }: Asked): Reply {
  const { store } = desk;
  if (store.size(id) === 0) {
    const at = store.removedAt(id);
    if (at === undefined && store.summary(id)?.state === 'ended') {
      const why = 'it has no file, or one that is empty or no ordinary file';
      desk.damaged(id, store.summary(id)?.check ?? '', why);
      return insteadOf(desk, id, { found: 'unreadable', why });
    }
    return insteadOf(desk, id, at === undefined ? { found: 'nothing' } : { found: 'removed', at });
  }
  const most = query.get('most');
  if (most !== null && !/^\d{1,12}$/.test(most)) return malformed(desk, `most=${most}`);
  const isOver = store.summary(id)?.state === 'ended';
  return {
    kind: 'stream',
    ...(what === 'entries'
      ? { type: 'application/octet-stream', file: '' }
      : { type: textType, file: `vantage-${id}.log` }),
    cache: isOver ? unchanging : revalidated,
    chunks: () => {
      switch (what) {
        case 'entries':
          return wholeEntries(
            entriesOf(store, id, pause),
            most === null ? Number.POSITIVE_INFINITY : Number(most),
          );
        case 'log':
          return rawOutput(entriesOf(store, id, pause));
        default:
          return never(what);
      }
    },
  };
}

type Batches = AsyncIterable<readonly Buffer[]>;

async function* wholeEntries(batches: Batches, most: number): AsyncGenerator<Uint8Array> {
  let sent = 0;
  let left: { seq: number; at: number; until: number; bytes: Record<string, number> } | undefined;
  const told = (): Buffer[] => {
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
        wanted.push(...told(), entry);
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
  yield Buffer.concat(told());
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
