/** What a command must not lack, so that it ends by itself and cannot be fooled, and the options by which it would print a secret. */
import type { Step } from './check.ts';

/** One sentence for each fault. It catches slips of an author; intent is for the review. */
export function commandFaults(step: Step): readonly string[] {
  const { command, proxy, limits } = step;
  const faults: string[] = [];
  const guarded = /--noproxy/.test(command) || proxy === 'as-set-on-the-machine';
  if (/\bcurl\b/.test(command) && !(guarded && /--max-time/.test(command)))
    faults.push(
      'curl needs --noproxy and --max-time: a proxy variable can fake this result, and a silent peer would hold the step',
    );
  if (/\btcpdump\b/.test(command) && !(/\btimeout\b/.test(command) && /\b(?:port|icmp6?)\b/.test(command)))
    faults.push('tcpdump needs timeout and a filter: without them it captures its own connection, for ever');
  const [, ...asRoot] = command.split(/\bsudo\b/);
  for (const line of asRoot) {
    const seconds = /^ -n \/usr\/bin\/timeout (?:-s [A-Z]+ )?-k \d+ (\d+) \//.exec(line)?.[1];
    if (seconds === undefined || Number(seconds) > limits.seconds)
      faults.push(
        `what runs as root ends by itself: \`sudo -n /usr/bin/timeout -k 1 SECONDS /path …\`, with at most the ${limits.seconds} s of the step; a timeout in front of sudo leaves it running`,
      );
  }
  const stop = step.runs === 'background' ? (step.stop ?? '') : '';
  if (`${command} ; ${stop}`.split(/\bsudo\b/).some((part, index) => index > 0 && !WITHOUT_BLANKS.test(part)))
    faults.push(
      'an argument under sudo has no blank: sudo joins arguments before it compares them, sudo-rs does not, and one of them would refuse this. In a pattern of pkill, write . for a blank',
    );
  return faults;
}

/** Words of a simple command to its end, none of them quoted around a blank. */
const WITHOUT_BLANKS = /^(?:\s+(?:"[^"\s]*"|'[^'\s]*'|[^\s"'|&;<>()])+)*\s*(?:$|[|&;<>)])/;

/** The letters of options that take a value. */
const valued = { tcpdump: 'BcCEFGijmMQrsTVwWyzZ', curl: 'AbcCdDeEFHhKmoPQrtTuUwxXyYz' } as const;

/** What would print the payload of packets, or an answer that holds a secret: a sentence each. */
export function leaks(step: Step): readonly string[] {
  // Quotes and backslashes do not hide an option from us, as they do not from the shell.
  const command = step.command.replace(/["'\\]/g, '');
  const faults = optionsOf(command, 'tcpdump')
    .filter((option) => /^(?:-[AXxvwrzFVGCWZ]|--(?:hex|verbose)\b)/.test(option))
    .map(
      (option) =>
        `tcpdump ${option} prints payload, or reads, writes or starts what this page does not show: another check’s secret may be in it. Headers are enough`,
    );
  if (/\b(?:tshark|ngrep|tcpflow|tcpick|dsniff|ssldump)\b/.test(command))
    faults.push(
      'this program prints payload, where another check’s secret may be. Use tcpdump, which prints headers',
    );
  if (step.runs === 'background' || !step.extracts) return faults;
  for (const option of optionsOf(command, 'curl'))
    if (/^(?:-[vD]|--(?:verbose|trace|dump-header))/.test(option))
      faults.push(
        `curl ${option} prints the answer beside stdout, where it is not withheld: this step extracts a secret from it`,
      );
  if (/%header\{|%\{header_json\}|\/dev\/(?:stderr|fd\/2|tty)\b|>&2|2>&1/.test(command))
    faults.push('this step extracts a secret: its answer must be on stdout and nowhere else');
  return faults;
}

/** The options of every call of a program in a line of shell: long ones as they are, short ones one by one. */
function optionsOf(command: string, program: keyof typeof valued): string[] {
  return command.split(/[;|&()\n]|\$\(|`/).flatMap((part) => {
    const words = part.trim().split(/\s+/);
    const at = words.findIndex((word) => word === program || word.endsWith(`/${program}`));
    if (at < 0) return [];
    return words.slice(at + 1).flatMap((word) => {
      if (word.startsWith('--')) return [word];
      if (!/^-./.test(word)) return [];
      const letters = [...word.slice(1)];
      const last = letters.findIndex((letter) => valued[program].includes(letter));
      return (last < 0 ? letters : letters.slice(0, last + 1)).map((letter) => `-${letter}`);
    });
  });
}
