/** Options by which a command would print what no reader may see: the payload of packets, or the answer that a secret is taken from. */
import type { Step } from './check.ts';

/** What is wrong with each such option of the step, in a sentence. An author's slip is caught here; an author who means it is for the review. */
export function revealing(step: Step): readonly string[] {
  // As the shell sees it, nearly: quotes and backslashes do not hide an option.
  const command = step.command.replace(/["'\\]/g, '');
  const faults: string[] = [];
  for (const option of optionsOf(command, 'tcpdump', 'BcCEFGijmMQrsTVwWyzZ'))
    if (/^(?:-[AXxvwrzFVGCWZ]|--(?:hex|verbose)\b)/.test(option))
      faults.push(
        `tcpdump ${option} prints payload, or reads, writes or starts what this page does not show: another check’s secret may be in it. Headers are enough`,
      );
  if (/\b(?:tshark|ngrep|tcpflow|tcpick|dsniff|ssldump)\b/.test(command))
    faults.push(
      'this program prints payload, where another check’s secret may be. Take tcpdump, which prints headers',
    );
  if (step.runs === 'background' || !step.extracts) return faults;
  for (const option of optionsOf(command, 'curl', 'AbcCdDeEFHhKmoPQrtTuUwxXyYz'))
    if (/^(?:-[vD]|--(?:verbose|trace|dump-header))/.test(option))
      faults.push(
        `curl ${option} prints the answer beside stdout, where it is not sealed: this step keeps a secret of it`,
      );
  if (/%header\{|%\{header_json\}|\/dev\/(?:stderr|fd\/2|tty)\b|>&2|2>&1/.test(command))
    faults.push('this step keeps a secret: its answer must be on stdout and nowhere else');
  return faults;
}

/** The options of every call of a program in a line of shell: long ones as they are, short ones one by one. `taking`: letters that take the rest. */
function optionsOf(command: string, program: string, taking: string): readonly string[] {
  const calls = command.split(/[;|&()\n]|\$\(|`/).flatMap((part) => {
    const words = part.trim().split(/\s+/);
    const at = words.findIndex((word) => word === program || word.endsWith(`/${program}`));
    return at < 0 ? [] : [words.slice(at + 1)];
  });
  return calls.flat().flatMap((word) => {
    if (word.startsWith('--')) return [word];
    if (!/^-./.test(word)) return [];
    const letters = [...word.slice(1)];
    const last = letters.findIndex((letter) => taking.includes(letter));
    return (last < 0 ? letters : letters.slice(0, last + 1)).map((letter) => `-${letter}`);
  });
}
