/**
 * Waits for a fresh child process to greet as an agent on both streams, and makes a channel of it.
 * The reason of a failure is found by whoever started the child: it gets what was seen instead of a greeting.
 */
import { channelOver, type Link, closeLink } from './channel.ts';
import type { Channel, TransportError } from './contract.ts';
import { ERROR_GREETING, type Greeting, lineReader, parseGreeting, splitAt } from './frames.ts';

/** ConnectTimeout is 8 s; the rest is for logging in. */
const GREETING_MS = 15_000;
const GREETING_LIMIT_BYTES = 1000;

/** What came instead of a greeting. `printed` is the first line on standard output, `noise` the end of standard error. */
export type HandshakeFailure = {
  readonly why: 'ended' | 'late' | 'other-words' | 'given-up' | 'not-started';
  readonly printed: string;
  readonly noise: string;
};

/** Resolves with a channel, or rejects with the error that `explain` makes of the silence; the child is ended then. */
export function handshake(
  link: Link,
  hostKey: string,
  signal: AbortSignal,
  explain: (silence: HandshakeFailure) => TransportError,
): Promise<Channel> {
  const { child } = link;
  const { promise, resolve, reject } = Promise.withResolvers<Channel>();
  let greeting: Greeting | undefined;
  let errorsBegin = false;
  let printed = '';
  let noise = '';
  const line = lineReader(GREETING_LIMIT_BYTES);
  const splitter = splitAt(ERROR_GREETING);

  const tidy = (): void => {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    child.stdout.off('data', onOut);
    child.stderr.off('data', onError);
    child.off('close', onClose);
  };
  const fail = (why: HandshakeFailure['why']): void => {
    tidy();
    closeLink(child);
    reject(explain({ why, printed, noise }));
  };
  const welcome = (): void => {
    if (greeting === undefined || !errorsBegin) return;
    tidy();
    resolve(channelOver(link, { ...greeting, hostKey }));
  };
  const onOut = (chunk: Buffer): void => {
    printed = (printed + chunk.toString('utf8')).slice(0, GREETING_LIMIT_BYTES);
    const read = line(chunk);
    if (read === 'more') return;
    greeting = read === 'too-long' ? undefined : parseGreeting(read.line);
    if (greeting === undefined) fail('other-words');
    else welcome();
  };
  const onError = (chunk: Buffer): void => {
    const rest = splitter.push(chunk, (bytes) => {
      noise = (noise + Buffer.from(bytes).toString('utf8')).slice(-GREETING_LIMIT_BYTES);
    });
    errorsBegin ||= rest !== undefined;
    welcome();
  };
  const onClose = (): void => fail('ended');
  const onAbort = (): void => fail('given-up');
  const timer = setTimeout(() => fail('late'), GREETING_MS);

  // A child that is gone is noticed by `close`; what was meant for it may fall on the floor.
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on('error', () => {});
  child.once('error', () => fail('not-started'));
  child.stdout.on('data', onOut);
  child.stderr.on('data', onError);
  child.once('close', onClose);
  if (signal.aborted) fail('given-up');
  else signal.addEventListener('abort', onAbort, { once: true });
  return promise;
}
