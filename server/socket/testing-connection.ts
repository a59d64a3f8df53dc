/** A page for tests: a socket that folds what it hears. The server is left to `testing.ts`. */
import { type ClientOptions, WebSocket } from 'ws';
import type { Entry } from '../../src/core/run/entry.ts';
import { decodeMessage } from '../../src/core/protocol/codec.ts';
import { type Down, downSchema } from '../../src/core/protocol/down.ts';
import type { Up } from '../../src/core/protocol/up.ts';
import { subProtocol } from '../../src/core/protocol/version.ts';
import { fold, type RunView } from '../../src/core/run/run.ts';

export type TestConnection = {
  readonly heard: readonly Down[];
  readonly entries: ReadonlyMap<string, readonly Entry[]>;
  last(run: string): Entry | undefined;
  send(message: Up | object | string): void;
  /** The first message, past or coming, that fits. */
  next<Type extends Down['type']>(
    type: Type,
    fits?: (message: Extract<Down, { type: Type }>) => boolean,
  ): Promise<Extract<Down, { type: Type }>>;
  /** The folded run once it has ended. */
  ended(run: string): Promise<RunView>;
  /** Close code, once the server ended the connection. */
  readonly closed: Promise<number>;
  /** Resolves when the condition holds; looked at after every message. */
  until(holds: () => boolean): Promise<void>;
  close(): void;
  /** Cuts the connection without a word, as a network does. */
  drop(): void;
};

/** Connects as a page of the server at that port would. */
export const connect = (
  port: number,
  headers: Record<string, string>,
  hear?: (entries: readonly Entry[]) => void,
): Promise<TestConnection> =>
  connectAt(
    `ws://127.0.0.1:${port}/ws`,
    { headers: { origin: `http://127.0.0.1:${port}`, ...headers } },
    hear,
  );

/** Connects as a page would, to any address. `hear` gets the entries instead of the page keeping them. */
export async function connectAt(
  address: string,
  options: ClientOptions,
  hear?: (entries: readonly Entry[]) => void,
): Promise<TestConnection> {
  const socket = new WebSocket(address, subProtocol, options);
  socket.binaryType = 'nodebuffer';
  const heard: Down[] = [];
  const entries = new Map<string, Entry[]>();
  const last = new Map<string, Entry>();
  const looks = new Set<() => void>();
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) {
      const message = decodeMessage(Uint8Array.from(data));
      const newest = message.entries.at(-1);
      if (newest) last.set(message.run, newest);
      if (hear) hear(message.entries);
      else {
        const kept = entries.get(message.run) ?? [];
        kept.push(...message.entries);
        entries.set(message.run, kept);
      }
    } else heard.push(downSchema.parse(JSON.parse(data.toString())));
    for (const look of [...looks]) look();
  });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const until = (holds: () => boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = () => {
        if (!holds()) return;
        looks.delete(look);
        resolve();
      };
      looks.add(look);
      void closed.then((code) => reject(new Error(`closed with ${code}`)));
      look();
    });
  const view = (run: string) => entries.get(run)?.reduce<RunView | undefined>(fold, undefined);
  return {
    heard,
    entries,
    closed,
    until,
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    async next<Type extends Down['type']>(
      type: Type,
      fits: (message: Extract<Down, { type: Type }>) => boolean = () => true,
    ) {
      const find = () =>
        heard.find(
          (message): message is Extract<Down, { type: Type }> =>
            message.type === type && fits(message as Extract<Down, { type: Type }>),
        );
      await until(() => find() !== undefined);
      const found = find();
      if (!found) throw new Error('unreachable');
      return found;
    },
    async ended(run) {
      await until(() => entries.get(run)?.at(-1)?.body.kind === 'closed');
      const folded = view(run);
      if (!folded) throw new Error('unreachable');
      return folded;
    },
    last: (run) => last.get(run),
    close: () => socket.close(),
    drop: () => socket.terminate(),
  };
}
