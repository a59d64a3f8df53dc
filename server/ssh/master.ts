/** One shared ssh connection to a machine, from its start to its end. Sessions over it are left to `line.ts`. */
import { closeLink } from '../agent/channel.ts';
import type { TransportError } from '../agent/contract.ts';
import type { HandshakeFailure } from '../agent/handshake.ts';
import { verifiedKey } from './knownHosts.ts';
import type { SshClient } from './sshClients.ts';

const READY = 'vantage-master\n';
/** ConnectTimeout is 8 s; the rest is for logging in. */
const READY_MS = 15_000;
const NOISE_LIMIT_BYTES = 2000;

export type Master = {
  /** The fingerprint that ssh verified. */
  readonly hostKey: string;
  readonly ended: Promise<void>;
  readonly trim: () => void;
};

/** Resolves once the connection carries sessions; rejects with the error that `explain` makes. */
export function becomeMaster(
  client: SshClient,
  explain: (silence: HandshakeFailure) => TransportError,
): Promise<Master> {
  const { child } = client;
  const { promise, resolve, reject } = Promise.withResolvers<Master>();
  const ended = new Promise<void>((over) => child.once('close', () => over()));
  let printed = '';
  let noise = '';
  const fail = (why: HandshakeFailure['why']): void => {
    clearTimeout(timer);
    closeLink(child);
    reject(explain({ why, printed, noise }));
  };
  const timer = setTimeout(() => fail('late'), READY_MS);
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on('error', () => {});
  child.stderr.on('data', (chunk: Buffer) => {
    noise = (noise + chunk.toString('utf8')).slice(-NOISE_LIMIT_BYTES);
  });
  child.stdout.on('data', (chunk: Buffer) => {
    if (printed.length > NOISE_LIMIT_BYTES) return;
    printed += chunk.toString('utf8');
    if (printed === READY) {
      clearTimeout(timer);
      resolve({ hostKey: verifiedKey(client.log()), ended, trim: client.trim });
    } else if (!READY.startsWith(printed)) fail('other-words');
  });
  child.once('error', () => fail('not-started'));
  child.once('close', () => fail('ended'));
  return promise;
}
