/** Reads a connection that nc or telnet tried as the one that curl would have tried, with what curl would have said. */
import type { PasteLine } from './paste.ts';
import { parseCommand } from './shellWords.ts';
import type { Block } from './splitPaste.ts';

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
