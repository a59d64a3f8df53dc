/** The hash that pins a command request: the agent's side of the allow-list. Pure. */
import { createHash } from 'node:crypto';
import { commandEnvironment } from '../../src/core/check/environment.ts';

/** The environment that the agent gives to a command; part of the hash, so that a gate with another one is outdated. */
const environment = `vantage-agent 1: ${commandEnvironment} PATH HOME *_proxy`;

/** SHA-256, in hex, of everything that decides what an order does on a machine. */
export function requestHash(order: {
  readonly command: string;
  readonly stop: string;
  readonly seconds: number;
  readonly input: boolean;
}): string {
  const { command, stop, seconds, input } = order;
  return createHash('sha256')
    .update(JSON.stringify([environment, command, stop, seconds, input]))
    .digest('hex');
}
