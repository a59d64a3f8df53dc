import { describe, expect, it } from 'vitest';
import type { Check } from './check.ts';
import { lint } from './lint.ts';
import { capture } from '../testing.ts';

const faults = (change: Partial<Check>) =>
  lint({ ...capture, ...change }).map(({ path, message }) => `${path.join('.')}: ${message}`);

describe('a value', () => {
  const reading = (regex: string) =>
    faults({
      values: { ...capture.values, reason: { from: 'count', step: 'stimulus', stream: 'stderr', regex } },
    });
  it.each([
    'curl: \\(7\\) Failed to connect to .*',
    '(\\d+) packets? dropped by kernel',
    '.* (Connection refused)',
  ])('[C19] that is read from a sentence of a tool is refused: %s', (regex) =>
    expect(reading(regex)).toEqual([expect.stringContaining('is a sentence of the tool')]),
  );
  it.each([
    'LISTEN\\s+\\d+\\s+\\S+:8443 .*',
    '.* dev (\\S+) table 127',
    'HTTP/1\\.1 200 OK',
    '\\d+: tun0: <.*> mtu (\\d+) .*',
  ])('[C19] that is read from a column, a keyword or a number is taken: %s', (regex) =>
    expect(reading(regex)).toEqual([]),
  );
});

describe('a command', () => {
  const asRoot = (command: string) =>
    faults({
      steps: capture.steps.map((step) => (step.id === 'stimulus' ? { ...step, command } : step)),
    }).filter((message) => message.includes('what runs as root ends by itself'));
  it.each([
    'sudo -n /usr/sbin/nft list ruleset',
    'timeout -k 1 2 sudo -n /usr/sbin/nft list ruleset',
    'sudo -n /usr/bin/timeout 2 /usr/sbin/nft list ruleset',
    'sudo -n /usr/bin/timeout -k 1 999 /usr/sbin/nft list ruleset',
    'sudo -n /usr/bin/timeout -k 1 0.5h /usr/sbin/nft list ruleset',
    'sudo -n /usr/bin/timeout -k 1 2 /usr/bin/id; sudo -n /usr/sbin/nft list ruleset',
  ])('[C14] that leaves a command of root running is refused: %s', (command) => {
    expect(asRoot(command)).toHaveLength(1);
  });
  it('[C14] whose command as root ends by itself may be', () => {
    expect(asRoot('sudo -n /usr/bin/timeout -s INT -k 1 2 /usr/sbin/nft list ruleset')).toEqual([]);
    expect(faults({})).toEqual([]);
  });
  it.each([
    ['command', 'sudo -n /usr/bin/timeout -k 1 2 /bin/x "a b"', 1],
    ['command', "id | sudo -n /usr/bin/timeout -k 1 2 /bin/x -y 'a b' | tail", 1],
    ['command', 'sudo -n /usr/bin/timeout -k 1 2 /bin/x "ab" | grep "a b"', 0],
    ['stop', 'sudo -n /usr/bin/pkill -f -x "/bin/x -y"', 1],
    ['stop', 'sudo -n /usr/bin/pkill -f -x /bin/x.-y', 0],
  ])('[C18] whose %s gives sudo an argument with a blank is refused: %s', (field, line, count) => {
    const steps = capture.steps.map((step) =>
      (step.runs === 'background') === (field === 'stop') ? { ...step, [field]: line } : step,
    );
    const found = faults({ steps }).filter((message) => message.includes('under sudo has no blank'));
    expect(found).toHaveLength(count);
  });
  const capturing = (command: string) =>
    faults({ steps: capture.steps.map((step) => (step.id === 'capture' ? { ...step, command } : step)) });
  it.each([
    ...['-A', '-X', '-x', '-XX', '-xx', '-nnA', '-lnX', '-v', '-vvv', '"-A"', "-'X'", '-\\A'],
    ...['-w /tmp/p', '-w-', '-r /tmp/p', '-z /tmp/x', '-nG1', '-F /etc/passwd', '-V /tmp/p', '-Z root'],
  ])('[C15] whose capture prints payload, or reads or writes files, with %s is refused', (option) =>
    expect(
      capturing(`sudo -n /usr/bin/timeout -k 1 9 /usr/bin/tcpdump -i lo ${option} port 8443`)[0],
    ).toContain('another check’s secret may be in it'),
  );
  it('[C15] refuses a payload option after the filter, in a second call and of other programs', () => {
    expect(capturing('timeout 9 tcpdump -i lo port 8443 -A')).toHaveLength(1);
    expect(capturing('timeout 9 tcpdump -i lo port 1; timeout 9 tcpdump -A -i lo port 8443')).toHaveLength(1);
    expect(capturing('timeout 9 ngrep -d lo port 8443')[0]).toContain('prints payload');
  });
  it.each(['-i any -nn -l', '--immediate-mode -s 256 -i any -nn -l', '-iAX -n', '-s 96 -tt -q -e'])(
    '[C15] lets a capture of headers through: %s',
    (options) =>
      expect(capturing(`sudo -n /usr/bin/timeout -k 1 9 /usr/bin/tcpdump ${options} port 8443`)).toEqual([]),
  );
  it('[C5] lets a capture of a protocol without ports through', () =>
    expect(capturing('timeout 9 tcpdump -i eth0 -nn -l icmp')).toEqual([]));
  const keeping = (command: string) =>
    faults({
      steps: capture.steps.map((step) =>
        step.id === 'stimulus' && step.runs === 'foreground'
          ? { ...step, command, extracts: { token: 'token' } }
          : { ...step, runs: 'foreground' as const, ready: undefined },
      ) as Check['steps'],
    });
  it.each([
    ...['-v', '-sv', '-D /tmp/h', '--verbose', '--trace -', '--trace-ascii /tmp/t', '--dump-header -'],
    ...["-w '%{stderr}%{header_json}'", "-w '%header{set-cookie}'", '-o /dev/stderr', '>&2', '2>&1'],
  ])(
    '[C16] that extracts a secret from an answer which it also prints elsewhere, by %s, is refused',
    (option) =>
      expect(
        keeping(`curl --noproxy '*' --max-time 5 -s ${option} https://127.0.0.1/`).length,
      ).toBeGreaterThan(0),
  );
  it('[C16] lets through what the login of the writeup does', () =>
    expect(
      keeping(
        `curl --noproxy '*' --max-time 5 -s -w '%{stderr}{"http":"%{http_code}"}' -X POST -H "Content-Type: v" -d "{}" https://127.0.0.1/`,
      ),
    ).toEqual([]));
  it('[C16] that captures while a secret is got is refused: what is not known is not masked', () => {
    const steps = capture.steps.map((step) =>
      step.runs === 'foreground' ? { ...step, extracts: { token: 'token' } } : step,
    );
    expect(faults({ steps })).toEqual([
      expect.stringContaining('steps.0.runs: this runs while "stimulus" gets a secret'),
    ]);
  });
});
