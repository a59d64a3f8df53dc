/** The transport to this very machine: the agent under a local shell, without ssh. For tests and `ansible_connection: local`. */
import { spawn } from 'node:child_process';
import { homedir } from 'node:os';
import { type Transport, TransportError } from './contract.ts';
import { handshake } from './handshake.ts';
import { AGENT_NAME, AGENT_PROGRAM } from './program.ts';

/** Every machine name leads to this machine. `shell` runs the agent. */
export function localTransport(options: { readonly shell?: string } = {}): Transport {
  const { shell = 'sh' } = options;
  const closing = new AbortController();
  return {
    open(role, signal) {
      const child = spawn(shell, ['-c', AGENT_PROGRAM, AGENT_NAME], { cwd: homedir(), stdio: 'pipe' });
      const link = { role, child, lastMessage: () => '' };
      return handshake(
        link,
        '',
        AbortSignal.any([signal, closing.signal]),
        ({ why, stdoutHead, stderrTail }) => {
          const seen = stderrTail.trim() || stdoutHead.trim() || `nothing (${why})`;
          return new TransportError(
            'not-an-agent',
            `${role} is this machine, and \`${shell}\` should have greeted as ${AGENT_NAME}; it printed: ${seen}. Install ${shell} and setsid.`,
          );
        },
      );
    },
    warm() {},
    prepare() {},
    close() {
      closing.abort();
      return Promise.resolve();
    },
  };
}
