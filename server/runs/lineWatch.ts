/** Watches the streams of a running step for a whole line that matches an expression. */
import { compile } from '../../src/core/check/pattern.ts';
import { toLines } from '../../src/core/judge/normalise.ts';
import type { Stream } from '../agent/contract.ts';

export type LineWatch = {
  push(stream: Stream, bytes: Uint8Array): void;
  /** Whether the line came, now or within `seconds`. An aborted signal is a no. */
  waitFor(
    wanted: { readonly stream: Stream; readonly regex: string; readonly seconds: number },
    signal?: AbortSignal,
  ): Promise<boolean>;
  close(): void;
};

const keptBytes = 256 * 1024;

export function createLineWatch(): LineWatch {
  const text = { stdout: '', stderr: '' };
  const decoder = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  const waiting = new Set<(stream: Stream, whole: string) => void>();
  return {
    push(stream, bytes) {
      const all = text[stream] + decoder[stream].decode(bytes, { stream: true });
      // Only lines that end with this chunk are new: to look at all of them again each time would take the square of their number.
      const from = text[stream].lastIndexOf('\n') + 1;
      const to = all.lastIndexOf('\n') + 1;
      text[stream] = all.slice(-keptBytes);
      if (to > from) for (const look of [...waiting]) look(stream, all.slice(from, to));
    },
    waitFor({ stream, regex, seconds }, signal) {
      const pattern = compile(regex);
      return new Promise((resolve) => {
        const done = (answer: boolean) => {
          waiting.delete(look);
          clearTimeout(timer);
          signal?.removeEventListener('abort', stop);
          resolve(answer);
        };
        const stop = () => done(false);
        // A line counts only when its end has come: half a line can match by accident.
        const look = (of: Stream, whole: string) => {
          if (of === stream && toLines(whole).some((line) => pattern.matches(line))) done(true);
        };
        const timer = setTimeout(stop, seconds * 1000);
        waiting.add(look);
        if (signal?.aborted) return stop();
        signal?.addEventListener('abort', stop, { once: true });
        look(stream, text[stream].slice(0, text[stream].lastIndexOf('\n') + 1));
      });
    },
    close: () => waiting.clear(),
  };
}
