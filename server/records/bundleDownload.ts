/** `/runs/<id>.bundle.tar.gz`: a record as a signed archive. One is made at a time: each needs programs and a folder of its own. */
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { evidenceBundle, openSigner } from '../bundle/bundle.ts';
import { queue } from '../files/queue.ts';
import { inTemporaryFolder } from '../files/temporaryFolder.ts';
import { missingFile, loadRecord, type RecordsContext } from './recordsContext.ts';
import { noteRequested } from './recordFiles.ts';
import { fileResponse, type RecordRequest, type RecordResponse, sentenceResponse } from './response.ts';

const MIB = 1024 * 1024;
/** Of the output of each step in the report and for programs, at its start and at its end: its share when a set has many. All of it is in the files of the runs. */
const stepBytes = MIB;
const mostBytes = 8 * MIB;

/** `data` is the folder of the records; the signing key is in it. */
export function createBundler(data: string) {
  const alone = queue();
  return async (
    context: RecordsContext,
    id: string,
    { base, isHead, signal, pause }: RecordRequest,
  ): Promise<RecordResponse> => {
    const steps = (await context.store.sets.get(id))?.members.length ?? 1;
    const found = await loadRecord(context, id, Math.min(stepBytes, Math.floor(mostBytes / steps)), pause);
    if (found.found !== 'record') return missingFile(id, found);
    const { record } = found;
    if (record.runs.some(({ view }) => view.state === 'running'))
      return sentenceResponse(409, 'A run of this record has not ended. Download the bundle when it has.');
    const response = (chunks: () => AsyncIterable<Uint8Array>) =>
      fileResponse('application/gzip', `evidence-${id}.tar.gz`, chunks);
    if (isHead) return response(() => Readable.from([]));
    await noteRequested(context, id);
    const what = { record, base, signal, pause, copyLog: context.store.copyLog };
    // Once it is open its folder can go: nothing of it is left behind, however slowly it is read.
    const made = await alone(async () => {
      signal.throwIfAborted();
      return inTemporaryFolder('vantage-bundle-', async (place) =>
        open(await evidenceBundle({ ...what, signer: await openSigner(data) }, place)),
      );
    });
    const close = () => void made.close().catch(context.log);
    if (signal.aborted) close();
    signal.addEventListener('abort', close);
    return response(() => made.createReadStream({ autoClose: false }));
  };
}
