/** `/runs/<id>.bundle.tar.gz`: a record as a signed archive. One is made at a time: each needs programs and a folder of its own. */
import { evidenceBundle } from '../evidence/bundle.ts';
import { openSigner } from '../evidence/signer.ts';
import { logOf } from '../store/reading.ts';
import { noFile } from './records-files.ts';
import { type Desk, look } from './records-page.ts';
import { neverKept, type Reply, textType } from './records-reply.ts';

const keepBytes = 1024 * 1024;

export type Bundler = (desk: Desk, id: string, base: string) => Promise<Reply>;

/** `data` is the folder of the records; the signing key is in it. */
export function createBundler(data: string): Bundler {
  let turn: Promise<unknown> = Promise.resolve();
  const make = async (desk: Desk, id: string, base: string): Promise<Reply> => {
    const found = await look(desk, id, keepBytes);
    if (found.found !== 'record') return noFile(id, found, base);
    const { record } = found;
    if (record.runs.some(({ view }) => view.state === 'running'))
      return sentence(409, 'A run of this record is still going on. Take the bundle when it has ended.');
    const bytes = await evidenceBundle({
      ...{ record, base, signer: await openSigner(data) },
      fileOf: (run) => logOf(data, run),
    });
    // It carries the address of the record into the world: from now on the record is kept.
    desk.store.sets.link(id);
    return {
      ...{ kind: 'stream', type: 'application/gzip', cache: neverKept },
      file: `evidence-${id}.tar.gz`,
      chunks: async function* () {
        yield bytes;
      },
    };
  };
  return (desk, id, base) => {
    const mine = turn.then(() => make(desk, id, base));
    turn = mine.catch(() => undefined);
    return mine;
  };
}

const sentence = (status: number, say: string): Reply => ({
  ...{ kind: 'text', status, type: textType, body: `${say}\n`, file: '', cache: neverKept },
});
