/**
 * The two ends of an order as decisions: what may be sent, and what an end record is worth. Pure.
 * Sending, timing and the streams themselves are left to `channel.ts`.
 */
import type { CommandResult, CommandRequest, StreamEnd } from './contract.ts';
import { requestHash } from './requestHash.ts';
import { parseEnd } from './frames.ts';

/** Linux takes at most 131072 bytes in one argument; the agent refuses from the same length on. */
export const COMMAND_LIMIT_BYTES = 100_000;

export const lost = (message: string): CommandResult => ({ how: 'lost', message });

/** A sentence when the order cannot be sent as lines; nothing was run then. */
export function requestFault(order: CommandRequest): string | undefined {
  const lines = { command: order.command, 'input line': order.input ?? '', 'stop line': order.stop ?? '' };
  for (const [name, text] of Object.entries(lines)) {
    if (/[\n\r\0]/.test(text)) {
      return `The ${name} has to be one line, but a line break or a NUL stands in it. Nothing was run; correct the check.`;
    }
    const bytes = Buffer.byteLength(text);
    if (bytes > COMMAND_LIMIT_BYTES) {
      return `The ${name} may have at most ${COMMAND_LIMIT_BYTES} bytes, but it has ${bytes}. Nothing was run; shorten it in the check.`;
    }
  }
  const { seconds, bytes } = order.limits;
  if (Number.isInteger(seconds) && seconds > 0 && Number.isInteger(bytes) && bytes > 0) return undefined;
  return `The limits have to be whole numbers above 0, but they are ${seconds} s and ${bytes} bytes. Nothing was run; correct the check.`;
}

/** The order as the agent reads it: seven lines. An installed gate gets its name and hash, and looks up the rest in its own list. */
export function encodeRequest(order: CommandRequest, nonce: string, gated: boolean): string {
  const { id, command, stop = '', limits } = order;
  const given = order.input === undefined ? '0' : '1';
  const input = order.input ?? '';
  const hash = requestHash({ command, stop, seconds: limits.seconds, input: order.input !== undefined });
  const lines = gated
    ? ['order', nonce, '0', '', given, input, `@${id} ${hash}`]
    : ['order', nonce, limits.seconds, stop, given, input, command];
  return `${lines.join('\n')}\n`;
}

type Heard = { readonly received: () => StreamEnd; readonly over: () => boolean };

export type Facts = {
  readonly role: string;
  readonly stdout: Heard;
  readonly stderr: Heard;
  /** Whether we sent a cancel. */
  readonly asked: boolean;
};

/** Decides what an end record means. Only one that fits what was received to the byte is believed. */
export function interpretEndRecord(text: string, facts: Facts): CommandResult {
  const { role, asked } = facts;
  const record = parseEnd(text);
  if (record === undefined) {
    return lost(
      `${role} sent an end record that cannot be read: ${JSON.stringify(text.slice(0, 80))}. Take the row again.`,
    );
  }
  for (const stream of ['stdout', 'stderr'] as const) {
    const got = facts[stream].received();
    if (got.bytes !== record[stream].bytes || got.sha256 !== record[stream].sha256) {
      return lost(
        `${role} says it sent ${record[stream].bytes} bytes on ${stream}, but ${got.bytes} arrived${got.bytes === record[stream].bytes ? ' with another hash' : ''}. Something on the way changed the stream; take the row again.`,
      );
    }
  }
  const { how } = record;
  if (how === 'refused-outdated' || how === 'refused-unknown' || how === 'refused-input')
    return { how: 'refused', message: refusals[how](role) };
  if (how === 'held') {
    return lost(
      `The command on ${role} was over, but a process that it left behind kept its output open. That process was ended, and the output is not whole. Let the check end what it starts, and take the row again.`,
    );
  }
  if (how === 'broken') {
    return lost(
      `On ${role} something killed the helper that watched over the command, so its exit status is unknown. Take the row again; if this repeats, look into the machine's log.`,
    );
  }
  const { exit, stdout, stderr } = record;
  if (facts.stdout.over() || facts.stderr.over()) return { how: 'truncated', exit, stdout, stderr };
  if (how === 'cancelled' && !asked) {
    return lost(
      `${role} ended the command because it heard nothing from this server for 6 s. Take the row again.`,
    );
  }
  return { how: how === 'ended' ? 'complete' : how, exit, stdout, stderr };
}

const renew =
  'Read what changes with `vantage gate diff --since COMMIT`, make the gate anew with `vantage gate build`, and install it there.';
const refusals = {
  'refused-outdated': (role: string) =>
    `The gate on ${role} knows this step with another command or other limits than this page shows: it is outdated. Nothing was run. ${renew}`,
  'refused-unknown': (role: string) =>
    `The gate on ${role} does not know this step. Nothing was run. ${renew}`,
  'refused-input': (role: string) =>
    `The gate on ${role} does not take this input for the step. Nothing was run. ${renew}`,
} as const;
