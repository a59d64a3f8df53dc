/** The environment of every command, besides PATH, HOME and the proxy variables of its machine. */
export const commandEnvironment = 'TZ=UTC LC_ALL=C NO_COLOR=1 COLUMNS=200';
