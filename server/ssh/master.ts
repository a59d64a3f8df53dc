/** One shared ssh connection to a machine, from its start to its end. */
import { endProcess } from '../agent/channel.ts';
import type { TransportError } from '../agent/contract.ts';
import type { HandshakeFailure } from '../agent/handshake.ts';
import { verifiedKey } from './knownHosts.ts';
import type { SshClient } from './sshClients.ts';

const READY = 'vantage-master\n';
/** ConnectTimeout is 8 s; the rest is for logging in. */
const READY_MS = 15_000;
const OUTPUT_LIMIT_BYTES = 2000;

export type Master = {
  /** The fingerprint that ssh verified. */
  readonly hostKey: string;
  readonly ended: Promise<void>;
  readonly trim: () => void;
};

/** Resolves once the connection is ready for sessions; rejects with the error of `explain`. */
export function openMaster(
  client: SshClient,
  explain: (failure: HandshakeFailure) => TransportError,
): Promise<Master> {
  const { child } = client;
  const { promise, resolve, reject } = Promise.withResolvers<Master>();
  const ended = new Promise<void>((over) => child.once('close', () => over()));
  let stdoutHead = '';
  let stderrTail = '';
  const fail = (why: HandshakeFailure['why']): void => {
    clearTimeout(timer);
    endProcess(child);
    reject(explain({ why, stdoutHead, stderrTail }));
  };
  const timer = setTimeout(() => fail('timeout'), READY_MS);
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on('error', () => {});
  child.stderr.on('data', (chunk: Buffer) => {
    stderrTail = (stderrTail + chunk.toString('utf8')).slice(-OUTPUT_LIMIT_BYTES);
  });
  child.stdout.on('data', (chunk: Buffer) => {
    if (stdoutHead.length > OUTPUT_LIMIT_BYTES) return;
    stdoutHead += chunk.toString('utf8');
    if (stdoutHead === READY) {
      clearTimeout(timer);
      resolve({ hostKey: verifiedKey(client.log()), ended, trim: client.trim });
    } else if (!READY.startsWith(stdoutHead)) fail('unexpected-output');
  });
  child.once('error', () => fail('not-started'));
  child.once('close', () => fail('ended'));
  return promise;
}
