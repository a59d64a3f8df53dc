/** One command of an agent over a child process: keeps its lease, and accepts no end record that it cannot check. */
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { Channel, CommandResult, Identity, CommandRequest, Stream } from './contract.ts';
import { encodeRequest, interpretEndRecord, lost, mayLeaveRoot, requestFault } from './commandRequest.ts';
import { parseEnd, createReceiver } from './frames.ts';

/** The agent gives up after 6 s of silence: two beats may be late. */
const BEAT_MS = 2000;
/** The machine ends a command at its limit, one second later for good; the rest is for the network. */
const OVERDUE_MS = 15_000;
const CANCEL_UNCONFIRMED_MS = 12_000;
const EXIT_MS = 3000;
/** What is taken of a stream at a time. */
const TURN_BYTES = 256 * 1024;

export type AgentProcess = {
  readonly role: string;
  readonly child: ChildProcessWithoutNullStreams;
  /** The last message of the transport itself; empty when there was none. */
  readonly lastMessage: () => string;
};

/**
 * A channel over an agent that waits for a command; the channel ends its process, unless `onFree` is there and gets a new channel over
 * an agent that waits for the next one.
 */
export function createChannel(
  link: AgentProcess,
  identity: Identity,
  onFree?: (next: Channel) => void,
): Channel {
  const { child } = link;
  let phase: 'ready' | 'running' | 'over' | 'handed-on' = 'ready';
  // Bytes that no command of ours has written could be taken for those of the next one.
  const distrust = (): void => endProcess(child);
  let sinks: Record<Stream, (chunk: Buffer) => void> = { stdout: distrust, stderr: distrust };
  let onGone: (() => void) | undefined;
  const onStdout = (chunk: Buffer): void => sinks.stdout(chunk);
  const onStderr = (chunk: Buffer): void => sinks.stderr(chunk);
  const onClose = (): void => {
    phase = phase === 'ready' ? 'over' : phase;
    onGone?.();
  };
  child.stdout.on('data', onStdout);
  child.stderr.on('data', onStderr);
  child.once('close', onClose);
  const handOn = (): void => {
    phase = 'handed-on';
    child.stdout.off('data', onStdout);
    child.stderr.off('data', onStderr);
    child.off('close', onClose);
    onFree?.(createChannel(link, identity, onFree));
  };
  const send = (word: string): void => {
    if (phase === 'running') child.stdin.write(`${word}\n`);
  };
  let isCancelled = false;
  let onCancel: (() => void) | undefined;
  const cancel = (): void => {
    if (phase !== 'running' || isCancelled) return;
    isCancelled = true;
    send('cancel');
    onCancel?.();
  };

  const run = (
    request: CommandRequest,
    onChunk: (stream: Stream, bytes: Uint8Array) => void,
  ): Promise<CommandResult> => {
    const fault = requestFault(request);
    if (fault !== undefined) return Promise.resolve(lost(fault));
    if (phase !== 'ready') return Promise.resolve(lost(alreadyUsedMessage(link, onGone !== undefined)));
    phase = 'running';
    const { promise, resolve } = Promise.withResolvers<CommandResult>();
    const nonce = randomBytes(16).toString('hex');
    const receive = (stream: Stream) =>
      createReceiver(nonce, request.limits.bytes, (bytes) => onChunk(stream, bytes), cancel);
    const streams = { stdout: receive('stdout'), stderr: receive('stderr') };
    const beat = setInterval(() => send('beat'), BEAT_MS);
    const timers: NodeJS.Timeout[] = [];
    const finish = (ended: CommandResult, again = false): void => {
      if (phase !== 'running') return;
      phase = 'over';
      sinks = { stdout: ignore, stderr: ignore };
      clearInterval(beat);
      for (const timer of timers) clearTimeout(timer);
      if (again && onFree !== undefined && !mayLeaveRoot(request)) handOn();
      else endProcess(child);
      resolve(ended);
    };
    const giveUp = (ms: number, message: string): void => {
      timers.push(setTimeout(() => finish(lost(message)), ms));
    };
    const settle = (): void => {
      const { stdout, stderr } = streams;
      const record = stdout.tail();
      if (record === undefined || stderr.tail() === undefined) return;
      const ended = interpretEndRecord(record, { role: link.role, stdout, stderr, isCancelled });
      finish(ended, ended.how === 'complete' && parseEnd(record)?.again);
    };
    let taken = 0;
    /** A flood of one machine leaves the others, and those who read it, their turn. */
    const takeTurns = (stream: Stream, bytes: number): void => {
      taken += bytes;
      if (taken < TURN_BYTES) return;
      taken = 0;
      child[stream].pause();
      setImmediate(() => child[stream].resume());
    };
    const sink = (stream: Stream) => (chunk: Buffer) => {
      streams[stream].push(chunk);
      takeTurns(stream, chunk.length);
      settle();
    };
    sinks = { stdout: sink('stdout'), stderr: sink('stderr') };
    onGone = () => finish(lost(connectionLostMessage(link)));
    onCancel = () =>
      giveUp(
        CANCEL_UNCONFIRMED_MS,
        `${link.role} did not confirm within ${CANCEL_UNCONFIRMED_MS / 1000} s that the command was cancelled; its lease has run out there too. Check on the machine whether it is still running.`,
      );
    giveUp(
      request.limits.seconds * 1000 + OVERDUE_MS,
      `${link.role} sent no end record ${OVERDUE_MS / 1000} s after the time limit of ${request.limits.seconds} s. Run the row again; if this repeats, check the machine's load and its connection.`,
    );
    child.stdin.write(encodeRequest(request, nonce, identity.gate !== ''));
    return promise;
  };

  const close = (): void => {
    if (phase !== 'handed-on') endProcess(child);
  };
  return { identity, run, stop: () => send('stop'), cancel, close };
}

/** The end of its input ends the agent, whatever it is doing; a process that does not exit is killed. */
export function endProcess(child: ChildProcessWithoutNullStreams): void {
  child.stdin.end();
  if (child.exitCode !== null || child.signalCode !== null) return;
  const timer = setTimeout(() => child.kill('SIGKILL'), EXIT_MS);
  timer.unref();
  child.once('close', () => clearTimeout(timer));
}

const ignore = (): void => {};

const alreadyUsedMessage = (link: AgentProcess, used: boolean): string =>
  used
    ? `This channel to ${link.role} has run its one command already. Open another one.`
    : connectionLostMessage(link);

function connectionLostMessage(link: AgentProcess): string {
  const message = link.lastMessage();
  const why = message === '' ? 'There was no message' : `The last message: ${message}`;
  return `The connection to ${link.role} ended before the machine sent its end record, so the output may be incomplete. ${why}. Run the row again.`;
}
