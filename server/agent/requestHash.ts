/** The hash that pins a command request in a gate's allow list. Pure. */
import { createHash } from 'node:crypto';
import { commandEnvironment } from '../../src/core/check/input.ts';

/** The environment that the agent gives to a command; part of the hash, so that a gate with another one is outdated. */
const environment = `vantage-agent 1: ${commandEnvironment} PATH HOME *_proxy`;

export type PinnedRequest = {
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
