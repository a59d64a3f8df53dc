/** What curl would have printed: in the place of its `-w`, as far as a paste shows it, and for a connection that nc or telnet tried. */
import type { Step } from '../check/check.ts';
import { parseCommand, type Simple } from './shellWords.ts';
import { unknown } from './tools.ts';
import type { PasteLine } from './paste.ts';
import type { Block } from './splitPaste.ts';

const last = (lines: readonly string[], pattern: RegExp): string | undefined =>
  lines.flatMap((line) => pattern.exec(line)?.[1] ?? []).at(-1);

/** Without a line end the answer and what `-w` prints stand in one line. */
export function unglue({ command }: Step, lines: readonly string[]): readonly string[] {
  const template = parseCommand(command)?.options.get('-w') ?? '';
  const start = template.replaceAll('%{stderr}', '').split('%{')[0] ?? '';
  if (start.length < 4) return lines;
  return lines.flatMap((line) => {
    const at = line.indexOf(start);
    return at > 0 ? [line.slice(0, at), line.slice(at)] : [line];
  });
}

/** The line in the place of `-w`, and whether it goes to stderr; nothing where the step has no `-w`, or the paste has its own. */
export function writeOut(
  documented: Simple,
  pasted: Simple,
  lines: readonly string[],
  { exit, otherPath }: { readonly exit: number | undefined; readonly otherPath: boolean },
): { readonly line: string; readonly stream: 'stdout' | 'stderr' } | undefined {
  const template = documented.options.get('-w');
  if (template === undefined || pasted.options.has('-w')) return undefined;
  const isVerbose = pasted.options.has('-v');
  const isDirect = isVerbose || pasted.options.has('--noproxy');
  // "Connection timed out" alone may be a TLS handshake that was never answered.
  const isUnconnected =
    exit === 6 ||
    exit === 7 ||
    (exit === 28 && lines.some((line) => /^(?:\* |curl: \(28\) )Failed to connect to /.test(line)));
  const code =
    last(lines, /^< HTTP\/[\d.]+ (\d{3})/) ?? (isDirect ? last(lines, /^HTTP\/[\d.]+ (\d{3})/) : undefined);
  const connects = lines.filter((line) =>
    /^\* (?:Connected to|Established connection to) /.test(line),
  ).length;
  const milliseconds = last(lines, /\bafter (\d+) (?:ms|milliseconds)\b/);
  const isEncrypted = lines.some((line) => line.startsWith('* SSL connection using '));
  const received = last(lines, /\bwith (\d+) (?:out of \d+ )?bytes received/);
  const length = exit === 0 ? last(lines, /^< content-length: (\d+)/i) : undefined;
  // A proxy that answers is not the documented machine.
  const isProxied = lines.some((line) => line.startsWith('* Uses proxy env variable'));
  // What it does not say before it ended did not happen.
  const isSilent = exit !== undefined && exit !== 0 && (isUnconnected || isVerbose);
  const facts: Readonly<Record<string, string>> = {
    http_code: isProxied || otherPath ? unknown('code') : (code ?? (isSilent ? '000' : unknown('code'))),
    num_connects:
      !isProxied && (isSilent || (exit === 0 && connects > 0)) ? `${connects}` : unknown('number'),
    time_appconnect:
      isSilent &&
      !isEncrypted &&
      documented.words.some((word) => word.startsWith('https')) ===
        pasted.words.some((word) => word.startsWith('https'))
        ? '0'
        : unknown('seconds'),
    time_total:
      milliseconds !== undefined && exit !== 0 ? `${Number(milliseconds) / 1000}` : unknown('seconds'),
    size_download: isUnconnected ? '0' : (received ?? length ?? unknown('number')),
    content_type: last(lines, /^< content-type: (.*)/i) ?? '',
  };
  const line = template
    .replaceAll('%{stderr}', '')
    .replaceAll('\\n', '')
    .replace(/%\{(\w+)\}/g, (_, name: string) => facts[name] ?? unknown('number'));
  return { line, stream: template.includes('%{stderr}') ? 'stderr' : 'stdout' };
}

const CLIENTS = new Set(['nc', 'netcat', 'ncat', 'telnet']);
export const isClient = (program: string): boolean => CLIENTS.has(program);
const FAILED =
  /^(?:nc|netcat|Ncat|telnet): (?:connect to .* \(tcp\) (?:failed: )?|Unable to connect to remote host: )?(.*?)\.?$/;
const CONNECTED = / succeeded!$|^(?:Ncat: )?Connected to /;

/** The same question as a command of curl; nothing for a server, a datagram or a socket file. */
export function asCurl(text: string): string | undefined {
  const command = parseCommand(text);
  if (!command || !isClient(command.program) || command.isSequence || command.filter) return undefined;
  if (['-l', '-u', '-U', '-x'].some((option) => command.options.has(option))) return undefined;
  const [host, port] = command.words.slice(-2);
  if (command.words.length < 2 || !/^[\w.-]+$/.test(host ?? '') || !/^\d{1,5}$/.test(port ?? ''))
    return undefined;
  return `curl -v --noproxy '*' ${host}:${port}`;
}

/** The block with command and output of curl; how the other program ended says nothing of curl. */
export function readAsCurl(block: Block): Block {
  const command = block.isWindows ? undefined : asCurl(block.command);
  if (command === undefined) return block;
  const place = command.split(' ').at(-1)?.replace(':', ' port ') ?? '';
  const output = block.output.flatMap(({ at, text }): PasteLine[] => {
    const say = (line: string) => [{ at, text: line }];
    if (CONNECTED.test(text)) return say(`* Connected to ${place}`);
    const reason = FAILED.exec(text)?.[1];
    if (reason === undefined) return [];
    const isLate = /timed out|TIMEOUT/.test(reason);
    return say(
      `curl: (${isLate ? 28 : 7}) Failed to connect to ${place}: ${isLate ? 'Connection timed out' : reason}`,
    );
  });
  return { ...block, command, pasted: block.command, output, exit: undefined };
}
