/** Parses what an agent sends: greeting, raw streams with their limits and hashes, end record. */
import { createHash } from 'node:crypto';
import type { Identity, StreamEnd } from './contract.ts';

const refusals = ['refused-outdated', 'refused-unknown', 'refused-input'] as const;
const ends = ['ended', 'overtime', 'cancelled', 'held', 'broken', ...refusals] as const;

export type Greeting = Omit<Identity, 'hostKey'>;

/**
 * `held`: a process that detached itself still had a stream open, so it was cut. `refused…`: the installed gate does not allow the
 * command; nothing was run. `broken`: a part of the agent was killed, so the exit status is unknown.
 */
type EndRecord = {
  readonly exit: number;
  readonly how: (typeof ends)[number];
  /** The agent waits for the next command. */
  readonly again: boolean;
};

/** The line on standard error before the command's bytes; earlier output is from the login. */
export const ERROR_GREETING = 'vantage-agent 2\n';

/** The bytes that end a stream; the rest of the line is the end record. */
export const endMark = (nonce: string): string => `\x1e${nonce} end`;

/** Passes on what cannot be part of the mark; returns what follows the mark, once it was found. */
type Splitter = (chunk: Uint8Array, payload: (bytes: Uint8Array) => void) => Uint8Array | undefined;

/** Cuts a stream at a mark, wherever the chunks break. Buffers only bytes that may begin the mark. */
export function splitAt(mark: string): Splitter {
  const wanted = Buffer.from(mark, 'latin1');
  let held: Uint8Array = new Uint8Array(0);
  return (chunk, payload) => {
    const bytes = held.length === 0 ? view(chunk) : Buffer.concat([held, chunk]);
    const found = bytes.indexOf(wanted);
    if (found >= 0) {
      held = new Uint8Array(0);
      if (found > 0) payload(bytes.subarray(0, found));
      return bytes.subarray(found + wanted.length);
    }
    const certain = bytes.length - prefixAtEnd(bytes, wanted);
    // A copy, because the socket reuses the memory of the chunk.
    held = Uint8Array.from(bytes.subarray(certain));
    if (certain > 0) payload(bytes.subarray(0, certain));
    return undefined;
  };
}

type LineEnd = { readonly line: string; readonly rest: Uint8Array } | 'more' | 'too-long';

/** Collects one line of at most `limitBytes`; `rest` is what came after it in the same chunk. */
export function lineReader(limitBytes: number): (chunk: Uint8Array) => LineEnd {
  let held = Buffer.alloc(0);
  return (chunk) => {
    held = Buffer.concat([held, chunk]);
    const end = held.indexOf(0x0a);
    if (end > limitBytes || (end < 0 && held.length > limitBytes)) return 'too-long';
    return end < 0 ? 'more' : { line: held.toString('utf8', 0, end), rest: held.subarray(end + 1) };
  };
}

/** Parses `vantage-agent 2 <host> <machine-id> <kernel> <user>`, and ` gate:<version>` of an installed gate; undefined for anything else. */
export function parseGreeting(line: string): Greeting | undefined {
  const match =
    /^vantage-agent 2 ([\w.:+~@?-]+) ([\w.:+~@?-]+) ([\w.:+~@?-]+) ([\w.:+~@?-]+)(?: gate:([0-9a-f]{64}))?$/.exec(
      line,
    );
  if (match === null) return undefined;
  const [, hostName = '', machineId = '', kernel = '', user = '', gate = ''] = match;
  return { hostName, machineId, kernel, user, gate };
}

/** Parses the text after the end mark on standard output; undefined for anything that no agent writes. */
export function parseEnd(line: string): EndRecord | undefined {
  const match = new RegExp(`^ exit=(\\d{1,3}) how=(${ends.join('|')})( again)?$`).exec(line);
  if (match === null) return undefined;
  return { exit: Number(match[1]), how: match[2] as EndRecord['how'], again: match[3] !== undefined };
}

const view = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** How many bytes at the end of `bytes` could be the beginning of `wanted`. */
function prefixAtEnd(bytes: Buffer, wanted: Buffer): number {
  const first = wanted.subarray(0, 1);
  let at = bytes.indexOf(first, Math.max(0, bytes.length - wanted.length + 1));
  while (at >= 0) {
    if (bytes.subarray(at).equals(wanted.subarray(0, bytes.length - at))) return bytes.length - at;
    at = bytes.indexOf(first, at + 1);
  }
  return 0;
}

/** An end record is far shorter. */
const RECORD_LIMIT_BYTES = 300;

/** `onPayload` gets at most `limitBytes`; `onOverflow` is called once, with the first byte beyond. */
export function createReceiver(
  nonce: string,
  limitBytes: number,
  onPayload: (bytes: Uint8Array) => void,
  onOverflow: () => void,
) {
  const split = splitAt(endMark(nonce));
  const line = lineReader(RECORD_LIMIT_BYTES);
  const hash = createHash('sha256');
  let bytes = 0;
  let marked = false;
  let tail: string | undefined;

  const payload = (part: Uint8Array): void => {
    hash.update(part);
    const room = limitBytes - bytes;
    bytes += part.length;
    if (room > 0) onPayload(room < part.length ? part.subarray(0, room) : part);
    if (room >= 0 && room < part.length) onOverflow();
  };

  const push = (chunk: Uint8Array): void => {
    if (tail !== undefined) return;
    const rest = marked ? chunk : split(chunk, payload);
    if (rest === undefined) return;
    marked = true;
    const read = line(rest);
    if (read === 'too-long') tail = 'broken';
    else if (read !== 'more') tail = read.line;
  };

  return {
    push,
    /** The line after the end mark, once it is complete; `broken` when it does not end. */
    tail: () => tail,
    received: (): StreamEnd => ({ bytes, sha256: hash.copy().digest('hex') }),
    over: () => bytes > limitBytes,
  };
}
