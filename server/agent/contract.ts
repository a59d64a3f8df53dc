/** What the server can ask of a machine: open a channel, run one command, stop or cancel it. Every transport passes `contract.suite.ts`. */

import type { EndedStep, Identity } from '../../src/core/run/entry.ts';
import type { Stream } from '../../src/core/vocabulary.ts';

export type { Identity, Stream };

export type CommandRequest = {
  /** `<check>/<step>`: its name in an installed gate. */
  readonly id: string;
  /** One shell line for `sh -c`, without line breaks. */
  readonly command: string;
  /** One line for the command's standard input, or nothing at all (`/dev/null`). Never part of argv or environment. */
  readonly input?: string;
  /** A shell line that ends the command from outside where a signal of the login user cannot (a capture under sudo). */
  readonly stop?: string;
  readonly limits: { readonly seconds: number; readonly bytes: number };
};

/**
 * How a command ended. Only `complete` may lead to a verdict about what came back.
 * - `complete`: the machine's end record arrived at the end of each stream.
 * - `truncated`: it reached the byte limit and was ended. `overtime`: it reached the time limit. `cancelled`: the machine confirmed it.
 * - `lost`: the channel ended with no end record, or what came may not be all. `refused`: the installed gate does not allow it; nothing was run.
 */
export type CommandResult = EndedStep;
/** All that came on one stream, as the server counted it. */
export type StreamEnd = Extract<EndedStep, { stdout: unknown }>['stdout'];

/** Why a machine could not be asked at all. */
export type TransportProblem = 'unreachable' | 'host-key' | 'refused-login' | 'not-an-agent';

/** Thrown by `open`. `message` is a sentence for the reader: what was tried, what came back, what to do next. */
export class TransportError extends Error {
  readonly problem: TransportProblem;
  /** The jump hosts that refused a login, where it was not the machine itself. */
  readonly refusedBy: string | undefined;
  constructor(problem: TransportProblem, message: string, refusedBy?: string) {
    super(message);
    this.name = 'TransportError';
    this.problem = problem;
    this.refusedBy = refusedBy;
  }
}

/** One agent on one machine, ready for exactly one command. A transport may use the agent again, in another channel. */
export interface Channel {
  readonly identity: Identity;
  /** `onChunk` gets every chunk as it arrives. Resolves, and never rejects, when the command has ended. */
  run(request: CommandRequest, onChunk: (stream: Stream, bytes: Uint8Array) => void): Promise<CommandResult>;
  /** Ends a background command gently (SIGINT, or the request's `stop` line): it may still print its summary, and ends `complete`. */
  stop(): void;
  /** Ends the command for good. The promise of `run` resolves with `cancelled` only after the machine confirmed it. */
  cancel(): void;
  /** Closes the channel, used or not. */
  close(): void;
}

export interface Transport {
  /** A channel to the named machine, a waiting one if possible. Rejects with TransportError. */
  open(role: string, signal: AbortSignal): Promise<Channel>;
  /** Opens connections and agents ahead of need, and keeps them. Only `open` reports failures. */
  warm(): void;
  /** Sees that an agent waits on the machine, which is going to be opened soon. */
  prepare(machine: string): void;
  close(): Promise<void>;
}
