/**
 * One agent, spoken to over a child process: greets, sends the one order, keeps its lease, and believes no end that it cannot check.
 * Which child that is (a local shell, ssh) and why it failed are left to `local.ts` and `ssh.ts`.
 */
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  type Channel,
  type CommandResult,
  type Identity,
  type CommandRequest,
  TransportError,
  type Stream,
} from './contract.ts';
import { interpretEndRecord, lost, requestFault, encodeRequest } from './commandRequest.ts';
import { type Receiver, receiver } from './receiveStreams.ts';

/** The agent gives up after 6 s of silence: two beats may be late. */
const BEAT_MS = 2000;
/** The machine ends a command at its limit, one second later for good; the rest is for the network. */
const OVERDUE_MS = 15_000;
const CANCEL_UNCONFIRMED_MS = 12_000;
const LEAVE_MS = 3000;

/** A child process that leads to an agent, and what is known about the way there. */
export type Link = {
  readonly role: string;
  readonly child: ChildProcessWithoutNullStreams;
  /** The last thing that the transport itself said; empty when it said nothing. */
  readonly lastWords: () => string;
};

/** Makes a channel of a link whose agent has just greeted. From here on the link is the channel's to end. */
export function channelOver(link: Link, identity: Identity): Channel {
  const { child } = link;
  let phase: 'ready' | 'running' | 'over' = 'ready';
  let sinks: Record<Stream, (chunk: Buffer) => void> = { stdout: ignore, stderr: ignore };
  let gone: (() => void) | undefined;
  child.stdout.on('data', (chunk: Buffer) => sinks.stdout(chunk));
  child.stderr.on('data', (chunk: Buffer) => sinks.stderr(chunk));
  child.once('close', () => {
    phase = phase === 'ready' ? 'over' : phase;
    gone?.();
  });
  const tell = (word: string): void => {
    if (phase === 'running') child.stdin.write(`${word}\n`);
  };
  let asked = false;
  let unconfirmed: (() => void) | undefined;
  const cancel = (): void => {
    if (phase !== 'running' || asked) return;
    asked = true;
    tell('cancel');
    unconfirmed?.();
  };

  const run = (
    order: CommandRequest,
    heard: (stream: Stream, bytes: Uint8Array) => void,
  ): Promise<CommandResult> => {
    const fault = requestFault(order);
    if (fault !== undefined) return Promise.resolve(lost(fault));
    if (phase !== 'ready') return Promise.resolve(lost(spent(link, gone !== undefined)));
    phase = 'running';
    const { promise, resolve } = Promise.withResolvers<CommandResult>();
    const nonce = randomBytes(16).toString('hex');
    const take = (stream: Stream): Receiver =>
      receiver(nonce, order.limits.bytes, (bytes) => heard(stream, bytes), cancel);
    const streams = { stdout: take('stdout'), stderr: take('stderr') };
    const beat = setInterval(() => tell('beat'), BEAT_MS);
    const timers: NodeJS.Timeout[] = [];
    const finish = (ended: CommandResult): void => {
      if (phase !== 'running') return;
      phase = 'over';
      sinks = { stdout: ignore, stderr: ignore };
      clearInterval(beat);
      for (const timer of timers) clearTimeout(timer);
      closeLink(child);
      resolve(ended);
    };
    const giveUp = (ms: number, message: string): void => {
      timers.push(setTimeout(() => finish(lost(message)), ms));
    };
    const settle = (): void => {
      const { stdout, stderr } = streams;
      const record = stdout.tail();
      if (record === undefined || stderr.tail() === undefined) return;
      finish(interpretEndRecord(record, { role: link.role, stdout, stderr, asked }));
    };
    const sink = (stream: Stream) => (chunk: Buffer) => {
      streams[stream].push(chunk);
      settle();
    };
    sinks = { stdout: sink('stdout'), stderr: sink('stderr') };
    gone = () => finish(lost(broke(link)));
    unconfirmed = () =>
      giveUp(
        CANCEL_UNCONFIRMED_MS,
        `${link.role} was told to end the command and did not confirm it within ${CANCEL_UNCONFIRMED_MS / 1000} s; its lease has run out there too. Look on the machine whether it is still running.`,
      );
    giveUp(
      order.limits.seconds * 1000 + OVERDUE_MS,
      `${link.role} sent no end record ${OVERDUE_MS / 1000} s after the time limit of ${order.limits.seconds} s. Take the row again; if this repeats, look at the machine's load and at its connection.`,
    );
    child.stdin.write(encodeRequest(order, nonce, identity.gate !== ''));
    return promise;
  };

  return { identity, run, stop: () => tell('stop'), cancel, close: () => closeLink(child) };
}

/** Ends a link: the end of its input ends the agent, whatever it is doing; a link that does not leave is killed. */
export function closeLink(child: ChildProcessWithoutNullStreams): void {
  child.stdin.end();
  if (child.exitCode !== null || child.signalCode !== null) return;
  const timer = setTimeout(() => child.kill('SIGKILL'), LEAVE_MS);
  timer.unref();
  child.once('close', () => clearTimeout(timer));
}

const ignore = (): void => {};

const spent = (link: Link, used: boolean): string =>
  used ? `This channel to ${link.role} has served its one order already. Open another one.` : broke(link);

function broke(link: Link): string {
  const words = link.lastWords();
  const said = words === '' ? 'It said nothing about why' : `Its last words: ${words}`;
  return `The connection to ${link.role} ended before the machine sent its end record, so nobody knows whether this is everything. ${said}. Take the row again.`;
}

export { TransportError };
