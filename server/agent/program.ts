/** The text of `agent.sh` without its comment lines, and the command that starts it over ssh, whatever the login shell is. */
import { readFileSync } from 'node:fs';

/** The agent's program. Read once; its comments stay at home, because every start sends it. */
export const AGENT_PROGRAM: string = readFileSync(new URL('./agent.sh', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => !/^\s*#/.test(line))
  .join('\n');

/** The word that the agent is started under, to be found in a process list. */
export const AGENT_NAME = 'vantage-agent';

const encoded = Buffer.from(AGENT_PROGRAM).toString('base64');

/**
 * sshd hands it to the user's login shell, which may be csh or fish: it gets plain words only, on one line, each shorter than the 1024
 * characters that csh takes. Our own `sh` makes the program of them.
 */
export const AGENT_COMMAND = [
  `exec sh -c 'exec sh -c "$(printf %s "$@" | base64 -d)" ${AGENT_NAME}' sh`,
  ...(encoded.match(/.{1,900}/g) ?? []),
].join(' ');
