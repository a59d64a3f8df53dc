/** Waits until a new child process greets as an agent on both streams, and makes a channel of it. */
import { createChannel, type AgentProcess, endProcess } from './channel.ts';
import type { Channel, TransportError } from './contract.ts';
import { ERROR_GREETING, type Greeting, lineReader, parseGreeting, splitAt } from './frames.ts';

/** ConnectTimeout is 8 s; the rest is for logging in. */
const GREETING_MS = 15_000;
const GREETING_LIMIT_BYTES = 1000;

/** What the child printed instead of a greeting. */
export type HandshakeFailure = {
  readonly why: 'ended' | 'timeout' | 'unexpected-output' | 'aborted' | 'not-started';
  readonly stdoutHead: string;
  readonly stderrTail: string;
};

/** Resolves with a channel, or ends the child and rejects with the error of `explain`. `onFree` is for `createChannel`. */
export function handshake(
  link: AgentProcess,
  hostKey: string,
  signal: AbortSignal,
  explain: (failure: HandshakeFailure) => TransportError,
  onFree?: (next: Channel) => void,
): Promise<Channel> {
  const { child } = link;
  const { promise, resolve, reject } = Promise.withResolvers<Channel>();
  let greeting: Greeting | undefined;
  let errorsBegin = false;
  let stdoutHead = '';
  let stderrTail = '';
  const line = lineReader(GREETING_LIMIT_BYTES);
  const split = splitAt(ERROR_GREETING);

  const cleanUp = (): void => {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    child.stdout.off('data', onOut);
    child.stderr.off('data', onError);
    child.off('close', onClose);
  };
  const fail = (why: HandshakeFailure['why']): void => {
    cleanUp();
    endProcess(child);
    reject(explain({ why, stdoutHead, stderrTail }));
  };
  const succeed = (): void => {
    if (greeting === undefined || !errorsBegin) return;
    cleanUp();
    resolve(createChannel(link, { ...greeting, hostKey }, onFree));
  };
  const onOut = (chunk: Buffer): void => {
    stdoutHead = (stdoutHead + chunk.toString('utf8')).slice(0, GREETING_LIMIT_BYTES);
    const read = line(chunk);
    if (read === 'more') return;
    greeting = read === 'too-long' ? undefined : parseGreeting(read.line);
    if (greeting === undefined) fail('unexpected-output');
    else succeed();
  };
  const onError = (chunk: Buffer): void => {
    const rest = split(chunk, (bytes) => {
      stderrTail = (stderrTail + Buffer.from(bytes).toString('utf8')).slice(-GREETING_LIMIT_BYTES);
    });
    errorsBegin ||= rest !== undefined;
    succeed();
  };
  const onClose = (): void => fail('ended');
  const onAbort = (): void => fail('aborted');
  const timer = setTimeout(() => fail('timeout'), GREETING_MS);

  // `close` reports a child that is gone; writes to it may fail.
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on('error', () => {});
  child.once('error', () => fail('not-started'));
  child.stdout.on('data', onOut);
  child.stderr.on('data', onError);
  child.once('close', onClose);
  if (signal.aborted) fail('aborted');
  else signal.addEventListener('abort', onAbort, { once: true });
  return promise;
}
