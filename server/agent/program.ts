/** The text of `agent.sh` without its comment lines, and the command that starts it over ssh, whatever the login shell is. */
import { readFileSync } from 'node:fs';

/** Without its comments, because every start sends it. */
export const AGENT_PROGRAM: string = readFileSync(new URL('./agent.sh', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => !/^\s*#/.test(line))
  .join('\n');

/** The agent's name in a process list. */
export const AGENT_NAME = 'vantage-agent';

const encoded = Buffer.from(AGENT_PROGRAM).toString('base64');

/** The login shell may be csh or fish, so this is one line of plain words, each shorter than csh's limit of 1024 characters; our own `sh` decodes them. */
export const AGENT_COMMAND = [
  `exec sh -c 'exec sh -c "$(printf %s "$@" | base64 -d)" ${AGENT_NAME}' sh`,
  ...(encoded.match(/.{1,900}/g) ?? []),
].join(' ');
