/** The limits of sshd that we depend on: the shell lines that print them, and their parser. Pure. */

export const keywords = ['MaxSessions', 'MaxStartups', 'ClientAliveInterval', 'ClientAliveCountMax'] as const;
export type Keyword = (typeof keywords)[number];

/** As sshd prints them; empty when it could not be asked. */
export type SshdLimits = ReadonlyMap<Keyword, string>;

/**
 * sshd prints its effective settings, for our user from our address, from 10.6 on with capitals. Any user may ask: sshd accepts a
 * throw-away host key through a pipe. `-G`, which needs none, takes no address.
 */
export const sshdLines: readonly string[] = [
  'me=$(id -un)',
  'sshd=$(command -v sshd)',
  // The agent's own environment still has what sshd wrote there.
  `set -- $(tr '\\0' '\\n' <"/proc/\${VANTAGE_RUN-}/environ" 2>/dev/null | sed -n 's/^SSH_CONNECTION=\\([0-9a-fA-F.:]* [0-9]* [0-9a-fA-F.:]* [0-9]*\\)$/\\1/p')`,
  '[ $# = 4 ] || set -- 127.0.0.1 0 127.0.0.1 22',
  'who="user=$me,host=$1,addr=$1,laddr=$3,lport=$4"',
  `passing_key() { echo y | ssh-keygen -q -t ed25519 -N '' -f /dev/stdout | sed -n 's/.*-----BEGIN/-----BEGIN/; /-----BEGIN/,/-----END/p'; }`,
  'effective() { if [ "$(id -u)" = 0 ]; then "$sshd" -T -C "$who"; else passing_key | "$sshd" -T -h /dev/stdin -C "$who"; fi; }',
  `effective 2>/dev/null | tr A-Z a-z | sed -nE 's/^(${keywords.join('|').toLowerCase()}) ([0-9:]+)$/sshd \\1 \\2/p'`,
];

export function parseSshd(lines: readonly string[]): SshdLimits {
  const limits = new Map<Keyword, string>();
  for (const keyword of keywords) {
    const start = `sshd ${keyword.toLowerCase()} `;
    const value = lines.find((line) => line.startsWith(start))?.slice(start.length) ?? '';
    if (/^\d+(?::\d+:\d+)?$/.test(value)) limits.set(keyword, value);
  }
  return limits;
}
