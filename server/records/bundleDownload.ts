/** `/runs/<id>.bundle.tar.gz`: a record as a signed archive. One is made at a time: each needs programs and a folder of its own. */
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { evidenceBundle, inBundleFolder } from '../bundle/bundle.ts';
import { openSigner } from '../bundle/signer.ts';
import { logOf } from '../store/reading.ts';
import { noFile, noteAsked } from './recordFiles.ts';
import { type Desk, look } from './recordPage.ts';
import { type Asked, neverKept, type Reply, sentence } from './recordReply.ts';

const MIB = 1024 * 1024;
/** Of the output of each step in the report and for programs, at its start and at its end: its share when a set has many. All of it is in the files of the runs. */
const stepBytes = MIB;
const mostBytes = 8 * MIB;

export type Bundler = (desk: Desk, id: string, asked: Asked) => Promise<Reply>;

/** `data` is the folder of the records; the signing key is in it. */
export function createBundler(data: string): Bundler {
  let turn: Promise<unknown> = Promise.resolve();
  /** Runs alone, unless its reader has left before its turn. */
  const alone = <T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(() => {
      signal.throwIfAborted();
      return work();
    });
    turn = mine.catch(() => undefined);
    return mine;
  };
  return async (desk, id, { base, isHead, signal, pause }) => {
    const steps = desk.store.sets.get(id)?.members.length ?? 1;
    const found = await look(desk, id, Math.min(stepBytes, Math.floor(mostBytes / steps)), pause);
    if (found.found !== 'record') return noFile(id, found, base);
    const { record } = found;
    if (record.runs.some(({ view }) => view.state === 'running'))
      return sentence(409, 'A run of this record is still going on. Take the bundle when it has ended.');
    const reply = (chunks: () => AsyncIterable<Uint8Array>): Reply => ({
      ...{ kind: 'stream', type: 'application/gzip', cache: neverKept, chunks },
      file: `evidence-${id}.tar.gz`,
    });
    if (isHead) return reply(() => Readable.from([]));
    noteAsked(desk, id);
    const what = { record, base, signal, pause, fileOf: (run: string) => logOf(data, run) };
    // Once it is open its folder can go: nothing of it is left behind, however slowly it is read.
    const made = await alone(signal, () =>
      inBundleFolder(async (place) =>
        open(await evidenceBundle({ ...what, signer: await openSigner(data) }, place)),
      ),
    );
    const close = () => void made.close().catch(desk.log);
    if (signal.aborted) close();
    signal.addEventListener('abort', close);
    return reply(() => made.createReadStream({ autoClose: false }));
  };
}
