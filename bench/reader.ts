/** A page as far as the wire goes: watches a writeup, takes checks and follows runs. What is done with the bytes is left to the caller. */
import { WebSocket } from 'ws';
import type { Entry } from '../src/core/run/entry.ts';
import { decodeMessage } from '../src/core/protocol/codec.ts';
import type { Down, EndedRun } from '../src/core/protocol/down.ts';
import type { Up } from '../src/core/protocol/up.ts';
import { subProtocol } from '../src/core/protocol/version.ts';

export type Reader = {
  /** Takes checks; resolves with the run of each, in their order. */
  run(checks: readonly string[]): Promise<readonly string[]>;
  /** Puts the lab into a condition, or back with `home`; resolves when that is done. */
  condition(cause: string, remedy?: string): Promise<void>;
  home(): Promise<void>;
  /** Hears every entry of a run from the first on; with `tail`, of its output only about the last so many bytes. */
  follow(run: string, heard: (entry: Entry) => void, tail?: number): void;
  unfollow(run: string): void;
  cancel(run: string): void;
  /** Resolves once the run is said to have ended. */
  ended(run: string): Promise<EndedRun>;
  close(): Promise<void>;
};

/** A message that is answered by its key, before it has one. */
type Unkeyed =
  | { type: 'run'; checks: string[] }
  | { type: 'condition'; cause: string; remedy?: string }
  | { type: 'release' };

let keys = 0;

/** Connects and waits for the welcome. */
export async function openReader(address: string, writeup: string): Promise<Reader> {
  const socket = new WebSocket(`${address.replace('http', 'ws')}/ws`, subProtocol, { origin: address });
  const welcome = Promise.withResolvers<void>();
  const answers = new Map<string, PromiseWithResolvers<readonly string[]>>();
  const ends = new Map<string, PromiseWithResolvers<EndedRun>>();
  const followed = new Map<string, (entry: Entry) => void>();
  const fail = new Set<(error: Error) => void>([welcome.reject]);
  const endOf = (run: string) => {
    const end = ends.get(run) ?? Promise.withResolvers<EndedRun>();
    ends.set(run, end);
    return end;
  };
  const hear = (down: Down) => {
    if (down.type === 'welcome') welcome.resolve();
    else if (down.type === 'accepted') answers.get(down.key)?.resolve(down.runs.map(({ run }) => run));
    else if (down.type === 'done') answers.get(down.key)?.resolve([]);
    else if (down.type === 'refused') answers.get(down.key)?.reject(new Error(down.message));
    else if (down.type === 'summary' && down.summary.state === 'ended')
      endOf(down.summary.run).resolve(down.summary);
  };
  socket.on('message', (data: Buffer, isBinary) => {
    if (!isBinary) return hear(JSON.parse(data.toString()) as Down);
    const { run, entries } = decodeMessage(data);
    const heard = followed.get(run);
    if (heard) for (const entry of entries) heard(entry);
  });
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('close', (code, reason) => {
    for (const reject of fail)
      reject(new Error(`The server closed the socket: ${code} ${reason.toString()}`));
  });
  socket.on('error', welcome.reject);
  const send = (message: Up) => socket.send(JSON.stringify(message));
  const asked = async (message: Unkeyed): Promise<readonly string[]> => {
    keys += 1;
    const key = `bench-${process.pid}-${keys}`;
    const answer = Promise.withResolvers<readonly string[]>();
    answers.set(key, answer);
    fail.add(answer.reject);
    send({ ...message, key });
    try {
      return await answer.promise;
    } finally {
      answers.delete(key);
      fail.delete(answer.reject);
    }
  };
  socket.once('open', () => send({ type: 'watch', writeup }));
  await welcome.promise;
  return {
    run: (checks) => asked({ type: 'run', checks: [...checks] }),
    async condition(cause, remedy) {
      await asked(remedy === undefined ? { type: 'condition', cause } : { type: 'condition', cause, remedy });
    },
    async home() {
      await asked({ type: 'release' });
    },
    follow(run, heard, tail) {
      followed.set(run, heard);
      send(tail === undefined ? { type: 'follow', run, from: 0 } : { type: 'follow', run, from: 0, tail });
    },
    unfollow(run) {
      followed.delete(run);
      send({ type: 'unfollow', run });
    },
    cancel: (run) => send({ type: 'cancel', run }),
    async ended(run) {
      const end = endOf(run);
      fail.add(end.reject);
      try {
        return await end.promise;
      } finally {
        fail.delete(end.reject);
        ends.delete(run);
      }
    },
    async close() {
      fail.clear();
      socket.close();
      await closed;
    },
  };
}

/** Throws when a run did not agree: a benchmark of failures measures nothing. */
export function mustAgree({ check, judgement }: EndedRun): void {
  if (judgement.verdict === 'agrees') return;
  throw new Error(
    `The check ${check} should agree in the lab, but it is ${judgement.verdict}: ${judgement.problem?.message ?? judgement.observed}. Put that right before measuring.`,
  );
}
