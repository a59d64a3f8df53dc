/** Waits for a complete line of a running step that matches an expression. */
import { compile } from '../../src/core/check/pattern.ts';
import { toLines } from '../../src/core/judge/lines.ts';
import type { Stream } from '../agent/contract.ts';

export type LineWatch = ReturnType<typeof createLineWatch>;
type WantedLine = { readonly stream: Stream; readonly regex: string; readonly seconds: number };

const keptBytes = 256 * 1024;

export function createLineWatch() {
  const text = { stdout: '', stderr: '' };
  const decoder = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  const waiting = new Set<(stream: Stream, whole: string) => void>();
  return {
    push(stream: Stream, bytes: Uint8Array) {
      const all = text[stream] + decoder[stream].decode(bytes, { stream: true });
      // Only lines that end in this chunk are new; matching all of them again would be quadratic.
      const from = text[stream].lastIndexOf('\n') + 1;
      const to = all.lastIndexOf('\n') + 1;
      text[stream] = all.slice(-keptBytes);
      if (to > from) for (const match of [...waiting]) match(stream, all.slice(from, to));
    },
    /** True if the line has come or comes within `seconds`; false when the signal is aborted. */
    waitFor({ stream, regex, seconds }: WantedLine, signal?: AbortSignal): Promise<boolean> {
      const pattern = compile(regex);
      return new Promise((resolve) => {
        const done = (answer: boolean) => {
          waiting.delete(match);
          clearTimeout(timer);
          signal?.removeEventListener('abort', stop);
          resolve(answer);
        };
        const stop = () => done(false);
        // Half a line could match by accident.
        const match = (of: Stream, whole: string) => {
          if (of === stream && toLines(whole).some((line) => pattern.matches(line))) done(true);
        };
        const timer = setTimeout(stop, seconds * 1000);
        waiting.add(match);
        if (signal?.aborted) return stop();
        signal?.addEventListener('abort', stop, { once: true });
        match(stream, text[stream].slice(0, text[stream].lastIndexOf('\n') + 1));
      });
    },
    close: () => waiting.clear(),
  };
}
