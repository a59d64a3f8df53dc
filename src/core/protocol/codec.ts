/** Entries as bytes: the same encoding on the wire and on disk. */
import * as z from 'zod/mini';
import { type Entry, eventSchema, type RunEvent, type Skipped, skippedSchema } from '../run/entry.ts';

const HEAD = 13; // length u32, seq u32, at u32, tag u8
/** A binary message begins with the id of its run. */
export const RUN_ID = 26;
/** Entries of version 7 and before have other names for some fields. */
const OLD_JSON_TAG = 0;
const JSON_TAG = 3;
export const oldNames = { vantage: 'role', provenance: 'source', say: 'message' } as const;
/** Less costs more as a part of its own than to copy. */
const COPIED_BYTES = 4096;
const encoder = new TextEncoder();
const jsonSchema = z.union([eventSchema, skippedSchema]);
/** A server checks what it reads. A page trusts its own server and uses `JSON.parse`, so that it needs no schema library. */
type ReadEvent = (json: string) => RunEvent | Skipped;
const checked: ReadEvent = (json) => jsonSchema.parse(JSON.parse(json));
const decoder = new TextDecoder('utf-8', { fatal: true });

/** One encoded entry: whole, or the bytes of its output apart, so that they need not be copied. */
export type Encoded = readonly [Uint8Array, ...Uint8Array[]];

/** One entry as bytes, its length first. `at` becomes whole milliseconds. */
export const encodeEntry = (entry: Entry): Uint8Array => concat(encodeParts(entry));

/** The same bytes in two parts; of output, the second are those of the entry themselves. */
export function encodeParts(entry: Entry): Encoded {
  const { body } = entry;
  const name = body.kind === 'output' ? encoder.encode(body.step) : undefined;
  const payload = body.kind === 'output' ? body.bytes : encoder.encode(JSON.stringify(body));
  const start = HEAD + (name ? 1 + name.length : 0);
  const head = new Uint8Array(start);
  const view = new DataView(head.buffer);
  view.setUint32(0, start + payload.length - 4);
  view.setUint32(4, entry.seq);
  view.setUint32(8, Math.max(0, Math.round(entry.at)));
  view.setUint8(12, body.kind !== 'output' ? JSON_TAG : body.stream === 'stdout' ? 1 : 2);
  if (name) {
    head[HEAD] = name.length;
    head.set(name, HEAD + 1);
  }
  return [head, payload];
}

/** Reads whole entries. Throws on bytes that our encoder did not write. */
export const decodeEntries = (bytes: Uint8Array): Entry[] => readEntries(bytes, checked);

/** Reads encoded entries as the store gives them. Throws as `decodeEntries` does. */
export const decodeAll = (encoded: readonly Encoded[]): Entry[] =>
  encoded.flatMap((one) => decodeEntries(concat(one)));

export function readEntries(bytes: Uint8Array, readEvent: ReadEvent): Entry[] {
  const entries: Entry[] = [];
  const view = viewOf(bytes);
  for (let offset = 0; offset < bytes.length;) {
    if (offset + HEAD > bytes.length)
      throw new Error(`entries: ${bytes.length - offset} stray bytes at ${offset}`);
    const end = offset + 4 + view.getUint32(offset);
    if (end > bytes.length || end < offset + HEAD)
      throw new Error(`entries: a length at ${offset} that leads outside`);
    const payload = bytes.subarray(offset + HEAD, end);
    entries.push({
      seq: view.getUint32(offset + 4),
      at: view.getUint32(offset + 8),
      body: readBody(view.getUint8(offset + 12), payload, readEvent),
    });
    offset = end;
  }
  return entries;
}

/** Number, time, step and length of an encoded output entry, without decoding it; nothing for other entries. */
export function peekOutput([head]: Encoded):
  { readonly seq: number; readonly at: number; readonly step: string; readonly bytes: number } | undefined {
  if (head.length <= HEAD || head[12] === JSON_TAG || head[12] === OLD_JSON_TAG) return undefined;
  const view = viewOf(head);
  const nameEnd = HEAD + 1 + (head[HEAD] ?? 0);
  return {
    seq: view.getUint32(4),
    at: view.getUint32(8),
    step: decoder.decode(head.subarray(HEAD + 1, nameEnd)),
    bytes: view.getUint32(0) + 4 - nameEnd,
  };
}

export const seqOf = ([head]: Encoded): number => viewOf(head).getUint32(4);

/** Quotation marks within JSON strings are escaped, so only names of fields match. */
const inTodaysNames = (json: string): string =>
  json.replace(/"(vantage|provenance|say)":/g, (_, name: keyof typeof oldNames) => `"${oldNames[name]}":`);

function readBody(tag: number, payload: Uint8Array, readEvent: ReadEvent): Entry['body'] {
  if (tag === JSON_TAG) return readEvent(decoder.decode(payload));
  if (tag === OLD_JSON_TAG) return readEvent(inTodaysNames(decoder.decode(payload)));
  if (tag !== 1 && tag !== 2) throw new Error(`entries: unknown tag ${tag}`);
  const nameEnd = 1 + (payload[0] ?? 0);
  return {
    kind: 'output',
    step: decoder.decode(payload.subarray(1, nameEnd)),
    stream: tag === 1 ? 'stdout' : 'stderr',
    bytes: payload.subarray(nameEnd),
  };
}

/** A binary message: the run's id, then entries one after the other. Cut into parts that are sent one after the other, because what is large is not copied. */
export function encodeMessage(run: string, entries: readonly Encoded[]): readonly Uint8Array[] {
  const parts: Uint8Array[] = [];
  let small: Uint8Array[] = [encoder.encode(run)];
  for (const part of entries.flat()) {
    if (part.length < COPIED_BYTES) small.push(part);
    else {
      parts.push(concat(small), part);
      small = [];
    }
  }
  return small.length === 0 ? parts : [...parts, concat(small)];
}

export const decodeMessage = (bytes: Uint8Array): { run: string; entries: Entry[] } =>
  readMessage(bytes, checked);

export function readMessage(bytes: Uint8Array, readEvent: ReadEvent): { run: string; entries: Entry[] } {
  if (bytes.length < RUN_ID) throw new Error(`message: ${bytes.length} bytes are too few for a run id`);
  const run = decoder.decode(bytes.subarray(0, RUN_ID));
  return { run, entries: readEntries(bytes.subarray(RUN_ID), readEvent) };
}

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array) =>
  new DataView(buffer, byteOffset, byteLength);

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
