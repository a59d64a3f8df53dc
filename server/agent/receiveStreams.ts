/** One stream of one command as it arrives: passed on up to the limit, counted and hashed to its end. */
import { createHash } from 'node:crypto';
import type { StreamEnd } from './contract.ts';
import { endMark, lineReader, splitAt } from './frames.ts';

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
