/** A WebSocket client that sends any bytes whatever, for tests: no library would. What is sent is left to the tests. */
import { connect } from 'node:net';
import { subProtocol } from '../../src/core/protocol/version.ts';

export type RawSocket = {
  /** The answer to the handshake, headers and all. */
  readonly head: string;
  send(bytes: Uint8Array): void;
  /** Texts that the server has sent so far. */
  texts(): readonly string[];
  /** Resolves when the connection has ended, with the code of the server's close frame, if one came. */
  readonly ended: Promise<number | undefined>;
  /** Reads nothing from now on: when the system's buffers are full, the server cannot send any more. */
  stall(): void;
  /** Says that nothing more comes. */
  end(): void;
  drop(): void;
};

/** The request that asks for the socket; `lines` are further headers, for instance who asks. */
export const handshake = (port: number, lines: readonly string[] = []): string =>
  `${[
    'GET /ws HTTP/1.1',
    `Host: 127.0.0.1:${port}`,
    `Origin: http://127.0.0.1:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    `Sec-WebSocket-Protocol: ${subProtocol}`,
    ...lines,
  ].join('\r\n')}\r\n\r\n`;

/** `lines` as of `handshake`. Rejects when the server does not switch protocols. */
export function rawSocket(port: number, lines: readonly string[] = []): Promise<RawSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(handshake(port, lines)));
    let got = Buffer.alloc(0);
    let head = '';
    // A server that closes while we still send resets the connection; what it said before has arrived.
    socket.on('error', () => {});
    const ended = new Promise<number | undefined>((done) =>
      socket.once('close', () =>
        done(
          framesOf(got)
            .find(({ opcode }) => opcode === 8)
            ?.payload.readUInt16BE(),
        ),
      ),
    );
    void ended.then(() =>
      reject(new Error(`no switch of protocols: ${got.toString('latin1').slice(0, 80)}`)),
    );
    socket.on('data', (chunk) => {
      got = Buffer.concat([got, chunk]);
      const end = got.indexOf('\r\n\r\n');
      // Whoever is told to go goes.
      if (head !== '' && framesOf(got).some(({ opcode }) => opcode === 8)) socket.end();
      if (head !== '' || end === -1) return;
      head = got.toString('latin1', 0, end);
      got = got.subarray(end + 4);
      if (!head.startsWith('HTTP/1.1 101')) return void socket.destroy();
      resolve({
        ...{ head, ended },
        send: (bytes) => void (socket.writable && socket.write(bytes)),
        texts: () =>
          framesOf(got).flatMap(({ opcode, payload }) => (opcode === 1 ? [payload.toString()] : [])),
        stall: () => void socket.pause(),
        end: () => void socket.end(),
        drop: () => socket.destroy(),
      });
    });
  });
}

export type FrameParts = {
  /** FIN, the reserved bits and the opcode: 0x81 is a whole text. */
  readonly first: number;
  readonly masked?: boolean;
  /** What the header says, when it is not what follows. */
  readonly length?: bigint;
};

/** One frame as a client sends it, or as none would. */
export function frameOf(
  { first, masked = true, length }: FrameParts,
  payload: string | Uint8Array,
): Uint8Array {
  const bytes = Buffer.from(payload);
  const said = length ?? BigInt(bytes.length);
  const bit = masked ? 0x80 : 0;
  const size = said < 126n ? 0 : said < 65_536n ? 2 : 8;
  const header = Buffer.alloc(2 + size);
  header[0] = first;
  header[1] = bit | (size === 0 ? Number(said) : size === 2 ? 126 : 127);
  if (size === 2) header.writeUInt16BE(Number(said), 2);
  if (size === 8) header.writeBigUInt64BE(said, 2);
  if (!masked) return Buffer.concat([header, bytes]);
  const mask = [0x11, 0x22, 0x33, 0x44];
  return Buffer.concat([header, Buffer.from(mask), bytes.map((byte, at) => byte ^ (mask[at % 4] ?? 0))]);
}

/** What a frame of a server, which masks nothing, begins with; undefined while its header is not whole. */
export function headerOf(bytes: Buffer) {
  if (bytes.length < 2) return undefined;
  const short = (bytes[1] ?? 0) & 0x7f;
  const from = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (from > bytes.length) return undefined;
  const length =
    short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
  return { opcode: (bytes[0] ?? 0) & 0x0f, from, length };
}

/** Whole frames. */
function framesOf(bytes: Buffer): readonly { readonly opcode: number; readonly payload: Buffer }[] {
  const frames: { opcode: number; payload: Buffer }[] = [];
  for (let rest = bytes; ;) {
    const header = headerOf(rest);
    if (header === undefined || header.from + header.length > rest.length) return frames;
    const { opcode, from, length } = header;
    frames.push({ opcode, payload: rest.subarray(from, from + length) });
    rest = rest.subarray(from + length);
  }
}
