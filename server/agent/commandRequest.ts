/** Validates and encodes a command request, and interprets its end record. Pure. */
import { createHash } from 'node:crypto';
import type { CommandResult, CommandRequest, StreamEnd } from './contract.ts';
import { parseEnd } from './frames.ts';
import { commandEnvironment } from '../../src/core/check/input.ts';

/** Linux accepts at most 131072 bytes in one argument; the agent has the same limit. */
const COMMAND_LIMIT_BYTES = 100_000;
/** It waits in a pipe of the agent until the command has ended. */
const STOP_LIMIT_BYTES = 4000;

export const lost = (message: string): CommandResult => ({ how: 'lost', message });

/** A sentence when the request cannot be sent as lines. */
export function requestFault(request: CommandRequest): string | undefined {
  const lines = {
    command: request.command,
    'input line': request.input ?? '',
    'stop line': request.stop ?? '',
  };
  for (const [name, text] of Object.entries(lines)) {
    if (/[\n\r\0]/.test(text)) {
      return `The ${name} must be one line, but it has a line break or a NUL. Nothing was run; correct the check.`;
    }
    const bytes = Buffer.byteLength(text);
    const limit = name === 'stop line' ? STOP_LIMIT_BYTES : COMMAND_LIMIT_BYTES;
    if (bytes > limit) {
      return `The ${name} may have at most ${limit} bytes, but it has ${bytes}. Nothing was run; shorten it in the check.`;
    }
  }
  const { seconds, bytes } = request.limits;
  if (Number.isInteger(seconds) && seconds > 0 && Number.isInteger(bytes) && bytes > 0) return undefined;
  return `The limits must be whole numbers above 0, but they are ${seconds} s and ${bytes} bytes. Nothing was run; correct the check.`;
}

/** Whether it may leave a process of root, which can have the agent's streams unseen: then the agent serves no other command. */
export const mayLeaveRoot = ({
  command,
  stop,
}: {
  readonly command: string;
  readonly stop?: string | undefined;
}): boolean => stop !== undefined || /\bsudo\b/.test(command);

/** Seven lines for the agent. An installed gate gets the id and the hash, and has the rest in its allow list. */
export function encodeRequest(request: CommandRequest, nonce: string, gated: boolean): string {
  const { id, command, stop = '', limits } = request;
  const given = request.input === undefined ? '0' : '1';
  const input = request.input ?? '';
  const hash = requestHash({ command, stop, seconds: limits.seconds, input: request.input !== undefined });
  const lines = gated
    ? ['order', nonce, '0', '', given, input, `@${id} ${hash}`]
    : ['order', nonce, limits.seconds, stop, given, input, command];
  return `${lines.join('\n')}\n`;
}

type Received = { readonly received: () => StreamEnd; readonly over: () => boolean };

export type Facts = {
  readonly role: string;
  readonly stdout: Received;
  readonly stderr: Received;
  readonly isCancelled: boolean;
};

/** What an end record means. It closes its stream, so what came before it is all that there was. */
export function interpretEndRecord(text: string, facts: Facts): CommandResult {
  const { role, isCancelled } = facts;
  const record = parseEnd(text);
  if (record === undefined)
    return lost(
      `${role} sent an end record that cannot be read: ${JSON.stringify(text.slice(0, 80))}. Run the row again.`,
    );
  const { how } = record;
  if (how === 'refused-outdated' || how === 'refused-unknown' || how === 'refused-input')
    return { how: 'refused', message: `The gate on ${role} ${refusals[how]}` };
  if (how === 'held')
    return lost(
      `The command on ${role} ended, but a process that it left behind kept its output open. That process was killed, and the output is incomplete. Change the check so that it ends what it starts, and run the row again.`,
    );
  if (how === 'broken')
    return lost(
      `On ${role} something killed the helper that watched over the command, so its exit status is unknown. Run the row again; if this repeats, read the machine's log.`,
    );
  const { exit } = record;
  const [stdout, stderr] = [facts.stdout.received(), facts.stderr.received()];
  if (facts.stdout.over() || facts.stderr.over()) return { how: 'truncated', exit, stdout, stderr };
  if (how === 'cancelled' && !isCancelled)
    return lost(
      `${role} ended the command because it received nothing from this server for 6 s. Run the row again.`,
    );
  return { how: how === 'ended' ? 'complete' : how, exit, stdout, stderr };
}

const renew =
  'Read what changes with `vantage gate diff --since COMMIT`, make the new gate with `vantage gate build`, and install it there.';
const refusals = {
  'refused-outdated': `has this step with another command or other limits than this page shows: it is outdated. Nothing was run. ${renew}`,
  'refused-unknown': `does not know this step. Nothing was run. ${renew}`,
  'refused-input': `does not accept this input for the step. Nothing was run. ${renew}`,
} as const;

/** The environment that the agent gives to a command; part of the hash, so that a gate with another one is outdated. */
const environment = `vantage-agent 1: ${commandEnvironment} PATH HOME *_proxy`;

type PinnedRequest = {
  readonly command: string;
  readonly stop: string;
  readonly seconds: number;
  readonly input: boolean;
};

/** SHA-256, in hex, of everything that decides what a request does on a machine. */
export const requestHash = ({ command, stop, seconds, input }: PinnedRequest): string =>
  createHash('sha256')
    .update(JSON.stringify([environment, command, stop, seconds, input]))
    .digest('hex');
