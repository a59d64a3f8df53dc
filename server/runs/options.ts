/** What it takes to run a check. */
import type { Check } from '../../src/core/check/check.ts';
import type { Output, RunEvent } from '../../src/core/run/entry.ts';
import type { Stream, Transport } from '../agent/contract.ts';
import type { Credentials } from '../fleet/credentials.ts';
import type { Machine } from '../fleet/fleet.ts';

export type RunCheckOptions = {
  readonly check: Check;
  readonly transport: Transport;
  /** The machine of a role, if the fleet has one. */
  readonly machineOf: (role: string) => Machine | undefined;
  readonly credentials: Credentials;
  /** Everything that happens, in order. Never throws. */
  readonly emit: (body: RunEvent | Output) => void;
  readonly signal: AbortSignal;
  /** Monotonic, in milliseconds. */
  readonly now: () => number;
  /** Between two attempts of a step; ends early when the signal is aborted. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** What comes from a machine, before it is masked. */
  readonly onBytes?: (stream: Stream, bytes: Uint8Array) => void;
};
