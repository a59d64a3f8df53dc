/** Which limits of sshd are too low, with the command that mends each. Pure. */
import { type Keyword, keywords, type SshdLimits } from '../gate/sshdLimits.ts';
import { type Finding, ok, warn } from './report.ts';

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
  const low = (message: string, keyword: Keyword, value: string): Finding =>
    warn('sshd-limits-low', message, setting(keyword, value, user));
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
