/** The text of `agent.sh` as it travels: an argument of `sh -c`, without its comment lines. */
import { readFileSync } from 'node:fs';

/** The agent's program. Read once; its comments stay at home, because every start sends it. */
export const AGENT_PROGRAM: string = readFileSync(new URL('./agent.sh', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => !/^\s*#/.test(line))
  .join('\n');

/** The word that the agent is started under, to be found in a process list. */
export const AGENT_NAME = 'vantage-agent';
