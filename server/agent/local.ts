/**
 * Reaches this very machine: the agent under a local shell, with no ssh. For tests, and for `ansible_connection: local`.
 * It keeps nothing warm, because starting a shell costs little.
 */
import { spawn } from 'node:child_process';
import { homedir } from 'node:os';
import { type Transport, TransportError } from './contract.ts';
import { handshake } from './handshake.ts';
import { AGENT_NAME, AGENT_PROGRAM } from './program.ts';

/** A reach whose every vantage is this machine. `shell` is the program that runs the agent. */
export function localTransport(options: { readonly shell?: string } = {}): Transport {
  const { shell = 'sh' } = options;
  const closing = new AbortController();
  return {
    open(role, signal) {
      const child = spawn(shell, ['-c', AGENT_PROGRAM, AGENT_NAME], { cwd: homedir(), stdio: 'pipe' });
      const link = { role, child, lastWords: () => '' };
      return handshake(link, '', AbortSignal.any([signal, closing.signal]), ({ why, printed, noise }) => {
        const seen = noise.trim() || printed.trim() || `nothing (${why})`;
        return new TransportError(
          'not-an-agent',
          `${role} is this machine, and \`${shell}\` should have greeted as ${AGENT_NAME}; what came was: ${seen}. See that ${shell}, setsid, tee, dd and sha256sum are installed.`,
        );
      });
    },
    warm() {},
    close() {
      closing.abort();
      return Promise.resolve();
    },
  };
}
