/** The limits of sshd that we depend on: how a machine is asked for them, and which are too low, with the command that mends it. Pure. */
import { type Finding, ok, warn } from './report.ts';

const keywords = ['MaxSessions', 'MaxStartups', 'ClientAliveInterval', 'ClientAliveCountMax'] as const;
type Keyword = (typeof keywords)[number];

/** As sshd prints them; nothing when it could not be asked. */
export type SshdLimits = ReadonlyMap<Keyword, string>;

/**
 * sshd itself says what it makes of its files, includes and Match blocks, for our user from our address. That takes no right: `-G` (since
 * OpenSSH 9.3) wants no host key, and an older one is content with any that it can read, so it gets one through a pipe, which nobody keeps.
 * As root nothing of this is needed, nor tried: only an ordinary user's ssh-keygen cannot write its public half beside `/dev/stdout`.
 */
export const sshdLines: readonly string[] = [
  'me=$(id -un)',
  'sshd=$(command -v sshd)',
  // The agent's own environment still has what sshd wrote there.
  `set -- $(tr '\\0' '\\n' <"/proc/\${VANTAGE_RUN-}/environ" 2>/dev/null | sed -n 's/^SSH_CONNECTION=\\([0-9a-fA-F.:]* [0-9]* [0-9a-fA-F.:]* [0-9]*\\)$/\\1/p')`,
  '[ $# = 4 ] || set -- 127.0.0.1 0 127.0.0.1 22',
  'who="user=$me,host=$1,addr=$1,laddr=$3,lport=$4"',
  `passing_key() { echo y | ssh-keygen -q -t ed25519 -N '' -f /dev/stdout | sed -n 's/.*-----BEGIN/-----BEGIN/; /-----BEGIN/,/-----END/p'; }`,
  'effective() { if [ "$(id -u)" = 0 ]; then "$sshd" -T -C "$who"; else "$sshd" -G -C "$who" || passing_key | "$sshd" -T -h /dev/stdin -C "$who"; fi; }',
  `effective 2>/dev/null | sed -nE 's/^(${keywords.join('|').toLowerCase()}) ([0-9:]+)$/sshd \\1 \\2/p'`,
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

/** Six commands at once and two agents waiting share a connection, and one session holds it. */
const SESSIONS = 9;

export function sshdFindings(limits: SshdLimits, user: string): readonly Finding[] {
  const [sessions, startups, interval, count] = keywords.map((keyword) => limits.get(keyword));
  if (sessions === undefined || startups === undefined || interval === undefined || count === undefined)
    return [
      warn(
        'sshd-limits-unread',
        `sshd did not say its limits to ${user}, who may not read its files`,
        `sudo chmod a+r /etc/ssh/sshd_config /etc/ssh/sshd_config.d/*.conf; or read them there: sudo sshd -T -C user=${user},host=x,addr=127.0.0.1 | grep -E '^(max|clientalive)'`,
      ),
    ];
  const low = (say: string, keyword: Keyword, value: string): Finding =>
    warn('sshd-limits-low', say, setting(keyword, value, user));
  const found = [
    ...(Number(sessions) >= SESSIONS
      ? []
      : [
          low(
            `MaxSessions is ${sessions}, and up to ${SESSIONS} sessions share one connection; commands beyond it are refused`,
            'MaxSessions',
            '10',
          ),
        ]),
    ...(Number(startups.split(':')[0]) >= 3
      ? []
      : [low(`MaxStartups is ${startups}; logins may be refused by chance`, 'MaxStartups', '10:30:100')]),
    ...(Number(interval) > 0
      ? []
      : [
          low(
            'ClientAliveInterval is 0, so sshd never notices that this server is gone; a command still ends by its lease',
            'ClientAliveInterval',
            '5',
          ),
        ]),
    ...(Number(count) > 0
      ? []
      : [
          low(
            'ClientAliveCountMax is 0, so sshd keeps a connection whose other end is gone; a command still ends by its lease',
            'ClientAliveCountMax',
            '3',
          ),
        ]),
  ];
  const said = `MaxSessions ${sessions}, MaxStartups ${startups}, ClientAlive ${interval} s × ${count}`;
  return found.length > 0 ? found : [ok('sshd-limits', said)];
}

function setting(keyword: Keyword, value: string, user: string): string {
  const then = 'sudo sshd -t && sudo systemctl reload ssh';
  // It stands in no Match block, and whether its first or its last line counts depends on the version: without any, it is 10:30:100.
  if (keyword === 'MaxStartups')
    return `sudo sed -i 's/^[[:space:]]*MaxStartups/#&/I' /etc/ssh/sshd_config /etc/ssh/sshd_config.d/*.conf && ${then}`;
  // Of the others the first line counts, and one in a Match block before those outside.
  const file = `/etc/ssh/sshd_config.d/00-vantage-${keyword}.conf`;
  return `printf '%s\\n' 'Match User ${user}' '${keyword} ${value}' | sudo tee ${file} && ${then}`;
}
