/** What well-known programs print, and which of their options make another question. Knows tools, no writeup. */

/** What a line of output proves. `$1` is a group; `stdout` and `stderr` are lines in its place. */
export type LineMeaning = {
  readonly line: string;
  readonly stream?: 'stdout' | 'stderr' | 'none' | undefined;
  readonly exit?: string | undefined;
  readonly stdout?: string | undefined;
  readonly stderr?: string | undefined;
  /** It proves an exit status, and more lines may follow. */
  readonly goesOn?: true | undefined;
};
type Tool = {
  /** Short options and long ones that take the next word. */
  readonly valued?: string;
  readonly long?: readonly string[];
  readonly alias?: Readonly<Record<string, string>>;
  /** Options that must be the same as documented: with their value, or there at all. */
  readonly equal?: readonly string[];
  readonly alike?: readonly string[];
  /** Its output shows how it ended. */
  readonly shows?: true;
  readonly lines: readonly LineMeaning[];
};

/** Stands in output for a number that a paste does not show. */
export const unknown = (kind: UnknownKind): string => `\ue000${kind}\ue001`;
export type UnknownKind = 'seconds' | 'code' | 'number';

const stdout = (line: string, exit?: string): LineMeaning => ({ line, stream: 'stdout', exit });
const goesOn = (line: string, replaced?: string): LineMeaning => ({
  ...{ line, exit: '0', goesOn: true },
  ...(replaced === undefined ? { stream: 'stdout' } : { stdout: replaced }),
});
const stderr = (line: string, exit?: string): LineMeaning => ({ line, stream: 'stderr', exit });
const none = (line: string): LineMeaning => ({ line, stream: 'none' });

const REASONS =
  'Connection refused|Connection timed out|No route to host|Network is unreachable|Operation not permitted|Permission denied|Invalid argument';
const heading = 'State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess';
const sockets = ['-t', '-l', '-n', '-x', '-4', '-6', '-i'];
const socketNames = { '--tcp': '-t', '--listening': '-l', '--listen': '-l', '--numeric': '-n' };

const CURL_LONG =
  'max-time connect-timeout noproxy write-out output request data header proxy resolve connect-to interface local-port user user-agent unix-socket cacert retry';

export const tools: Readonly<Record<string, Tool>> = {
  curl: {
    valued: 'AbcCdDeEFHhKmoPQrtTuUwxXyYz',
    long: CURL_LONG.split(' '),
    alias: {
      ...{ '--request': '-X', '--data': '-d', '--header': '-H', '--head': '-I', '--proxy': '-x' },
      ...{ '--silent': '-s', '--show-error': '-S', '--verbose': '-v', '--include': '-i' },
      ...{ '--write-out': '-w', '--form': '-F' },
    },
    equal: ['-X'],
    alike: ['-d', '-F', '-T', '-I', '-x', '-H', '--resolve', '--connect-to', '--interface', '--unix-socket'],
    lines: [
      {
        line: `curl: \\((7)\\) Failed to connect to (\\S+) port (\\d+)(?: after \\d+ ms)?: (${REASONS})`,
        ...{ stream: 'stderr', exit: '$1', stderr: '* connect to $2 port $3 failed: $4' },
      },
      stderr('curl: \\((\\d+)\\) .*', '$1'),
      stderr('\\* Connection #\\d+ to host .* left intact.*', '0'),
      stderr("\\* Failed to connect to .*(?:refused|[Cc]ould ?n[o']t connect to server)", '7'),
      stderr('[*<>]( .*)?|[{}] \\[\\d+ bytes data\\]'),
      none('\\s*% Total .*|\\s*Dload .*|.*[-\\d]+:[-\\d]{2}:[-\\d]{2} .*[-\\d]+:[-\\d]{2}:[-\\d]{2}.*'),
    ],
  },
  ss: {
    ...{ valued: 'AfFDN', alias: socketNames, alike: sockets, shows: true },
    lines: [
      goesOn('Netid\\s+(State\\s.*)', '$1'),
      goesOn('tcp\\s+((?:LISTEN|ESTAB|TIME-WAIT)\\s.*)', '$1'),
      none('udp\\s.*'),
      goesOn('State\\s+Recv-Q\\s.*|(?:LISTEN|ESTAB|UNCONN|TIME-WAIT|CLOSE-WAIT|SYN-SENT)\\s.*'),
      stderr('ss: .*'),
    ],
  },
  /** Read as `ss`, of which it is the forerunner. It shows no backlog. */
  netstat: {
    ...{ valued: 'A', alias: socketNames, alike: sockets, shows: true },
    lines: [
      goesOn('Proto\\s+Recv-Q\\s.*', heading),
      goesOn(
        'tcp\\s+(\\d+)\\s+\\d+\\s+(\\S+)\\s+(\\S+)\\s+LISTEN(?:\\s+(.*))?',
        `LISTEN $1 ${unknown('number')} $2 $3 $4`,
      ),
      // Whether it serves IPv4 as well is not shown.
      goesOn(
        'tcp6\\s+(\\d+)\\s+\\d+\\s+\\S+:(\\d+)\\s+\\S+\\s+LISTEN(?:\\s+(.*))?',
        `LISTEN $1 ${unknown('number')} [::]:$2 [::]:* $3`,
      ),
      none('Active Internet connections.*|\\(.*|\\s*will not be shown.*|udp6?\\s.*'),
    ],
  },
  ip: {
    ...{ valued: 'f', alike: ['-4', '-6', '-j'], shows: true },
    lines: [
      stderr('RTNETLINK answers: .*', '2'),
      stderr('Device ".*" does not exist\\.', '1'),
      stdout('(?:[a-z]+ )?[0-9a-fA-F.:]+ (?:from \\S+ )?(?:via \\S+ )?dev \\S+.*', '0'),
      stdout('\\d+: \\S+: <.*> mtu .*|\\[\\{.*\\}\\]', '0'),
      stdout('\\s+(?:cache|link/).*'),
    ],
  },
  ping: {
    ...{ valued: 'cwWsMiIQtlpS', equal: ['-s', '-M'], alike: ['-4', '-6'], shows: true },
    lines: [
      stderr('ping: .*'),
      stdout('\\d+ packets transmitted, 0 (?:packets )?received.*', '1'),
      stdout('\\d+ packets transmitted, [1-9]\\d* .*', '0'),
      stdout('PING .*|\\d+ bytes from .*|From .*|--- .*|rtt .*|round-trip .*'),
    ],
  },
  tracepath: {
    ...{ valued: 'lmp', alike: ['-4', '-6'], shows: true },
    lines: [stdout('\\s*Resume: pmtu .*', '0'), stdout('\\s*\\d+\\??:\\s.*')],
  },
  tcpdump: {
    ...{ valued: 'BcCEFGijmMQrsTVwWyzZ', equal: ['-i'], alike: ['-w', '-r'], shows: true },
    lines: [
      stderr('\\d+ packets? dropped by kernel.*', '0'),
      stderr(
        '\\d+ packets? (?:captured|received by filter).*|tcpdump: .*|listening on .*|dropped privs to .*',
      ),
      stdout('(?:\\d{4}-\\d\\d-\\d\\d )?\\d\\d:\\d\\d:\\d\\d\\.\\d+ .*'),
    ],
  },
  bash: {
    alike: ['-c'],
    lines: [stderr('bash: connect: .*', '1'), stderr('bash: .*')],
  },
  nft: { alike: ['-j'], lines: [stderr('Error: .*|.*Operation not permitted.*')] },
  grep: { valued: 'efmABC', alike: ['-v', '-c', '-o', '-q', '-l'], lines: [] },
};
