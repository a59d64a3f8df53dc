/** Who reads and presents at other servers, as each of them tells it; nobody of a server that is gone. */
import type { Presenting, RunSet } from '../../src/core/protocol/down.ts';
import type { Shared } from '../store/contract.ts';

/** At one server. */
export type Here = { readonly readers: readonly string[]; readonly presenting: Presenting | null };

/** Of a message: names may be long, and news is short. */
const mostNameBytes = 6000;

type Options = {
  readonly shared: Pick<Shared, 'news' | 'watch'>;
  readonly set: (id: string) => Promise<RunSet | undefined>;
  /** Writeups that somebody reads or presents at this server. */
  readonly own: () => ReadonlyMap<string, Here>;
  readonly changed: (writeup: string) => void;
  readonly setMade: (set: RunSet) => void;
  /** This server was cut off for a while. */
  readonly again: () => void;
};

export function joinOtherReaders({ shared: { news, watch }, set, own, changed, setMade, again }: Options) {
  const servers = new Map<number, Map<string, Here>>();
  const tell = (writeup: string, { readers, presenting }: Here) => {
    let bytes = 0;
    const named = readers.filter((name) => {
      bytes += JSON.stringify(name).length * 3;
      return bytes <= mostNameBytes;
    });
    news.send({ kind: 'here', writeup, readers: named, presenting });
  };
  const tellAll = () =>
    own().forEach((here, writeup) => {
      if (here.readers.length > 0) tell(writeup, here);
    });
  const forget = (server: number) => {
    const gone = servers.get(server)?.keys() ?? [];
    servers.delete(server);
    for (const writeup of gone) changed(writeup);
  };
  // A server that dies says nothing more; one that began meanwhile is not known to be gone.
  const stopWatching = watch(() => {
    const before = [...servers.keys()];
    return ({ servers: living }) => before.filter((one) => !living.has(one)).forEach(forget);
  });
  const stop = news.listen({
    heard(message, from) {
      if (message.kind === 'who-is-here') return tellAll();
      if (message.kind === 'set')
        return void set(message.set).then(
          (made) => made && setMade(made),
          () => {},
        );
      if (message.kind !== 'here') return;
      const { writeup, readers, presenting } = message;
      const at = servers.get(from) ?? new Map<string, Here>();
      if (readers.length === 0 && presenting === null) at.delete(writeup);
      else at.set(writeup, { readers, presenting });
      servers.set(from, at);
      changed(writeup);
    },
    again() {
      for (const server of [...servers.keys()]) forget(server);
      news.send({ kind: 'who-is-here' });
      tellAll();
      again();
    },
  });
  news.send({ kind: 'who-is-here' });
  return {
    tell,
    tellSet: ({ set: id }: RunSet) => news.send({ kind: 'set', set: id }),
    readers: (writeup: string): readonly string[] =>
      [...servers.values()].flatMap((at) => at.get(writeup)?.readers ?? []),
    presenting: (writeup: string): Presenting | null =>
      [...servers.values()].map((at) => at.get(writeup)?.presenting ?? null).find((one) => one !== null) ??
      null,
    close() {
      stopWatching();
      stop();
    },
  };
}
