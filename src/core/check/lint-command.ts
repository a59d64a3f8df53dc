/** What a step's command must not be without, so that it ends by itself and cannot be fooled. Whether sudoers can permit it is left to the gate. */
import type { Step } from './check.ts';

/** What is wrong with the command, a sentence each. */
export function commandFaults({ command, proxy, limits }: Step): readonly string[] {
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
  return faults;
}
