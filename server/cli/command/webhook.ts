/** Posts JSON to an address: a few attempts, each with a time limit. A failure is reported and never ends the watch. */
import { setTimeout as pause } from 'node:timers/promises';
import { CliError } from './exitStatus.ts';

type WebhookOptions = {
  readonly print: (line: string) => void;
  readonly signal: AbortSignal;
  /** Before the second attempt, the third, …; there are no more attempts. */
  readonly waitsMs?: readonly number[];
  readonly answerMs?: number;
};

/** Throws `CliError` for an address that cannot be called. */
export function createWebhook(
  address: string,
  { print, signal, waitsMs = [2000, 8000], answerMs = 10_000 }: WebhookOptions,
) {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol))
    throw new CliError('--webhook: expected an address that begins with http:// or https://.');
  if (url.username !== '' || url.password !== '')
    throw new CliError('--webhook: an address with a user name or a password in it cannot be called.');

  /** Nothing when it was accepted; otherwise why not, and whether another attempt makes sense. */
  const attempt = async (text: string): Promise<{ why: string; again: boolean } | undefined> => {
    try {
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'user-agent': 'vantage-watch' },
        body: text,
        redirect: 'manual',
        signal: AbortSignal.any([signal, AbortSignal.timeout(answerMs)]),
      });
      // Only the status counts; the body may be of any length.
      await answer.body?.cancel();
      if (answer.ok) return undefined;
      const again = answer.status >= 500 || answer.status === 408 || answer.status === 429;
      return { why: `it answered ${answer.status}`, again };
    } catch (error) {
      return { why: reasonOf(error, answerMs), again: true };
    }
  };
  return {
    /** Without path and query, which may hold a secret. */
    to: url.origin,
    /** Never rejects: failures are printed. Resolves with whether it was accepted. */
    async send(body: unknown): Promise<boolean> {
      const text = JSON.stringify(body);
      for (const [made, wait] of [...waitsMs, undefined].entries()) {
        const failed = await attempt(text);
        if (failed === undefined) return true;
        if (signal.aborted) return false;
        const next = failed.again ? wait : undefined;
        print(
          next === undefined
            ? `The webhook at ${url.origin} could not be told (${failed.why}; attempt ${made + 1}). Watching goes on.`
            : `The webhook at ${url.origin} did not accept it (${failed.why}); again in ${next / 1000} s.`,
        );
        if (next === undefined) return false;
        await pause(next, undefined, { signal }).catch(() => {});
        if (signal.aborted) return false;
      }
      return false;
    },
  };
}

function reasonOf(error: unknown, answerMs: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer in ${answerMs / 1000} s`;
  const { cause } = error;
  if (cause instanceof Error) return 'code' in cause ? String(cause.code) : cause.message;
  return error.message;
}
