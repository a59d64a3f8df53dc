/** `/runs/<id>.bundle.tar.gz`: a record as a signed archive. One is made at a time: each needs programs and a folder of its own. */
import { createReadStream } from 'node:fs';
import { evidenceBundle, inBundleFolder } from '../evidence/bundle.ts';
import { openSigner } from '../evidence/signer.ts';
import { logOf } from '../store/reading.ts';
import { noFile, noteAsked } from './records-files.ts';
import { type Desk, look } from './records-page.ts';
import { type Asked, neverKept, type Reply, sentence } from './records-reply.ts';

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
    if (!isHead) noteAsked(desk, id);
    const folder = Promise.withResolvers<void>();
    const made = isHead
      ? ''
      : await new Promise<string>((resolve, reject) => {
          inBundleFolder(async (place) => {
            const file = await alone(signal, async () =>
              evidenceBundle(
                {
                  ...{ record, base, signer: await openSigner(data), signal, pause },
                  fileOf: (run) => logOf(data, run),
                },
                place,
              ),
            );
            resolve(file);
            // The folder stays until the file was read, or nobody reads it any more.
            await folder.promise;
          }).catch(reject);
        });
    signal.addEventListener('abort', () => folder.resolve());
    if (signal.aborted) folder.resolve();
    return {
      ...{ kind: 'stream', type: 'application/gzip', cache: neverKept, file: `evidence-${id}.tar.gz` },
      chunks: () => createReadStream(made),
    };
  };
}
