/**
 * What the rest of the server may ask of a machine: open a channel, run one command on it, stop or cancel it.
 * How bytes get there (ssh, a local shell in tests) is left to the implementations, which all pass `contract.suite.ts`.
 */

/** Who answered, as the machine itself says it. `hostKey` is what the transport verified, never what the machine claims. */
export type Identity = {
  readonly hostName: string;
  readonly machineId: string;
  readonly kernel: string;
  readonly user: string;
  /** `SHA256:…` of the pinned host key that the connection was verified against; empty when there was no ssh. */
  readonly hostKey: string;
  /** The version of the installed gate that answered; empty when the agent travelled with the order. */
  readonly gate: string;
};

export type CommandRequest = {
  /** `<check>/<step>`: what an installed gate knows it by. */
  readonly id: string;
  /** One shell line for `sh -c`, without line breaks. */
  readonly command: string;
  /** One line for the command's standard input, or nothing at all (`/dev/null`). Never part of argv or environment. */
  readonly input?: string;
  /** A shell line that ends the command from outside where a signal of the login user cannot (a capture under sudo). */
  readonly stop?: string;
  readonly limits: { readonly seconds: number; readonly bytes: number };
};

export type Stream = 'stdout' | 'stderr';

/** What the machine said of one stream when it ended. */
export type StreamEnd = { readonly bytes: number; readonly sha256: string };

/**
 * How a command ended. Only `complete` may lead to a verdict about what came back.
 * - `complete`: the machine's end record arrived, and bytes and hash of both streams equal what was received.
 * - `truncated`: more came than the byte limit; only so much was handed on, and the command was ended. `overtime`: the time limit was
 *   reached on the machine. `cancelled`: we asked, and the machine confirmed.
 * - `lost`: the channel ended with no end record, or with one that does not match what was received.
 */
export type CommandResult =
  | {
      readonly how: 'complete' | 'truncated' | 'overtime' | 'cancelled';
      readonly exit: number;
      readonly stdout: StreamEnd;
      readonly stderr: StreamEnd;
    }
  /** The installed gate does not hold this order. Nothing was run. */
  | { readonly how: 'refused'; readonly message: string }
  | { readonly how: 'lost'; readonly message: string };

/** Why a machine could not be asked at all. */
export type TransportProblem = 'unreachable' | 'host-key' | 'refused-login' | 'not-an-agent';

/** Thrown by `open`. `message` is a sentence for the reader: what was tried, what came back, what to do next. */
export class TransportError extends Error {
  readonly problem: TransportProblem;
  constructor(problem: TransportProblem, message: string) {
    super(message);
    this.name = 'ReachError';
    this.problem = problem;
  }
}

/** One agent on one machine, ready for exactly one order. */
export interface Channel {
  readonly identity: Identity;
  /** Sends the order. `heard` gets every chunk in order of arrival. Resolves, and never rejects, when the command has ended. */
  run(order: CommandRequest, heard: (stream: Stream, bytes: Uint8Array) => void): Promise<CommandResult>;
  /** Ends a background command gently (SIGINT, or the order's `stop` line): it may still print its summary, and ends `complete`. */
  stop(): void;
  /** Ends the command for good. The promise of `run` resolves with `cancelled` only after the machine confirmed it. */
  cancel(): void;
  /** Gives the channel up, used or not. */
  close(): void;
}

export interface Transport {
  /** A channel to the named vantage, warm if one is at hand. Rejects with ReachError. */
  open(role: string, signal: AbortSignal): Promise<Channel>;
  /** Opens connections and warm channels ahead of need, and keeps them; failures are silent here and told by `open`. */
  warm(): void;
  close(): Promise<void>;
}
