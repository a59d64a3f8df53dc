/** Why a machine could not be reached over ssh, from the output of ssh and of the machine. Pure. */
import type { Machine } from '../fleet/fleet.ts';
import { TransportError } from '../agent/contract.ts';
import type { HandshakeFailure } from '../agent/handshake.ts';
import { pinnedKeys } from './knownHosts.ts';
import { wayTo } from './logins.ts';

export type SshFacts = {
  readonly machine: Machine;
  readonly knownHosts: { readonly file: string; readonly text: string };
  /** ssh's own messages, apart from the streams. */
  readonly log: string;
  readonly failure: HandshakeFailure;
};

/** Makes the error for a reader: what was tried, what came back, what to do next. */
export function sshProblem({ machine, knownHosts, log, failure }: SshFacts): TransportError {
  const { name, user, keyFile, agent } = machine;
  const output = `${failure.stderrTail}\n${log}`;
  // Behind a proxy ssh itself knows nothing: the proxy's message is on standard error.
  const behind = /UNKNOWN port 65535/.test(lastLine(log)) ? lastLine(failure.stderrTail) : '';
  const words = behind || lastLine(log) || lastLine(failure.stderrTail);
  // Readers see this sentence: it names no file of the server but the one that an operator has to change.
  const where =
    machine.socket === undefined ? `${machine.address}:${machine.port}` : 'its socket into the lab';
  if (failure.why === 'aborted')
    return new TransportError('unreachable', `Opening ${name} was aborted before the machine answered.`);
  if (failure.why === 'not-started')
    return new TransportError(
      'unreachable',
      `The OpenSSH client could not be started. Install openssh-client, with \`ssh\` in the PATH of this server.`,
    );
  if (
    /Host key verification failed|IDENTIFICATION HAS CHANGED|host key is known for|REVOKED HOST KEY/i.test(
      output,
    )
  ) {
    const pinned = pinnedKeys(knownHosts.text, name).join(' or ') || 'no key';
    const offered = /fingerprint[^\n]* is:?\s+(SHA256:[A-Za-z0-9+/]+)/.exec(output)?.[1] ?? 'another one';
    return new TransportError(
      'host-key',
      `${name} (${where}) does not have the pinned host key, so nothing was sent to it. Pinned is ${pinned}, offered was ${offered}. Compare the fingerprint with the machine's owner; if it is right, replace the line of ${name} in ${knownHosts.file}.`,
    );
  }
  const option = /Bad configuration option: (\w+)/i.exec(output)?.[1];
  if (option !== undefined)
    return new TransportError(
      'unreachable',
      `The OpenSSH client of this server does not know the setting ${option}, so ${name} was not asked. Install a newer openssh-client here.`,
    );
  if (PENALTY.test(output))
    return new TransportError(
      'refused-login',
      `${name} (${where}) refuses every login from this server for a while, with the right key too, because it refused several in a short time before (PerSourcePenalties of sshd). Let it rest: each further refusal makes it longer. Correct the key or the user first, and ask once.`,
    );
  const way = wayTo(machine);
  if (way !== '' && /Permission denied|Too many authentication failures/.test(behind))
    return new TransportError(
      'refused-login',
      `${name} is behind ${way}, where the login was refused: ${behind}. Correct the user or the key of ${way} in the inventory, or add the key's public half to authorized_keys there.`,
      way,
    );
  const key =
    agent !== undefined ? 'the ssh agent' : keyFile === '' ? "ssh's default keys" : `the key ${keyFile}`;
  if (/Permission denied|Too many authentication failures|UNPROTECTED PRIVATE KEY/.test(output))
    return new TransportError(
      'refused-login',
      `${name} (${where}) refused the login of ${user} with ${key}: ${words}. Check that the key exists, that only its owner can read it, and that its public half is in authorized_keys of ${user} there.`,
    );
  if (/Authenticated to /.test(log) || failure.why === 'unexpected-output') {
    // The log has only what ssh itself says, for example of weak algorithms or of the bytes that it sent.
    const seen = failure.stdoutHead.trim().split('\n')[0] || lastLine(failure.stderrTail) || 'nothing';
    return new TransportError(
      'not-an-agent',
      `${name} let ${user} in, but no agent answered; the machine printed: ${seen.slice(0, 200).replace(/\.$/, '')}. The login shell must be a POSIX shell whose start files print nothing, with setsid installed; \`ssh ${user}@… true\` must print nothing.`,
    );
  }
  return new TransportError(
    'unreachable',
    `${name} could not be reached at ${where}: ${words || 'it did not answer in time'}. Check that the machine is up, that its sshd listens there, and that nothing in between blocks it; then run the row again.`,
  );
}

/** What sshd from 9.8 on sends in place of its version to an address that it punishes. */
const PENALTY = /Not allowed at this time/;

/** The last line that is not debugging, a warning or a statistic of ssh, short enough for a sentence. */
export function lastLine(log: string): string {
  const lines = log
    .split(/\r?\n/)
    .filter(
      (line) =>
        line.trim() !== '' &&
        !/^(debug\d|OpenSSH_|Authenticat|\*\* |Warning: |Transferred: |Bytes per second: )/.test(line),
    );
  return (lines.at(-1) ?? '').trim().replace(/\.$/, '').slice(0, 300);
}
