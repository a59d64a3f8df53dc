/** What every command gets besides PATH, HOME and the proxy variables of its machine, whatever that machine has: `agent.sh` sets it, the gate's hash holds it, the page says it. */
export const commandEnvironment = 'TZ=UTC LC_ALL=C NO_COLOR=1 COLUMNS=200';
