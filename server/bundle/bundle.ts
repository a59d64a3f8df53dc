/** A record as a signed bundle that anybody can verify offline with common tools. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { jsonChunks } from '../../src/core/report/json.ts';
import { markdownChunks } from '../../src/core/report/markdown.ts';
import type { EvidenceRecord } from '../../src/core/run/record.ts';
import type { Pause } from '../files/pause.ts';
import { encodeChunks } from '../files/timeSlices.ts';
import { namespace, type Signer } from './signer.ts';

const run = promisify(execFile);
const verifier = new URL('./verify.sh', import.meta.url);

export type BundleOptions = {
  readonly record: EvidenceRecord;
  /** Writes the log of a run into a new file. */
  readonly copyLog: (run: string, to: string) => Promise<void>;
  readonly base: string;
  readonly signer: Signer;
  /** Aborted when nobody wants it any more. */
  readonly signal: AbortSignal;
  readonly pause: Pause;
};

/** Makes the `.tar.gz`, with one folder `evidence-<id>`, in the folder `place`; returns its path. Rejects with a sentence when it cannot be made. */
export async function evidenceBundle(
  { record, copyLog, base, signer, signal, pause }: BundleOptions,
  place: string,
): Promise<string> {
  const name = `evidence-${record.id}`;
  const folder = join(place, name);
  const write = (file: string, chunks: Iterable<string>) =>
    pipeline(encodeChunks(chunks, pause), createWriteStream(join(folder, file)));
  await mkdir(join(folder, 'runs'), { recursive: true });
  await write('record.json', jsonChunks(record, { base }));
  await write('report.md', markdownChunks(record, { base }));
  await writeFile(join(folder, 'README.txt'), readme(record, signer));
  await copyFile(verifier, join(folder, 'verify.sh'));
  for (const { view } of record.runs)
    await copyLog(view.header.run, join(folder, 'runs', `${view.header.run}.log`));
  const sums = await sumsOf(folder);
  await writeFile(join(folder, 'SHA256SUMS'), sums);
  await writeFile(join(folder, 'SHA256SUMS.sig'), await signer.sign(sums));
  await writeFile(join(folder, 'allowed_signers'), `vantage namespaces="${namespace}" ${signer.publicKey}\n`);
  await writeFile(join(folder, 'signer.pub'), `${signer.publicKey}\n`);
  const file = join(place, 'bundle.tar.gz');
  const argv = ['--owner=0', '--group=0', '--sort=name', '-czf', file, '-C', place, name];
  await run('tar', argv, { signal });
  return file;
}

/** Lines of sha256sum for every file of the folder, sorted by name. */
async function sumsOf(folder: string): Promise<string> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .sort();
  const lines: string[] = [];
  for (const file of files) {
    const sum = createHash('sha256');
    await pipeline(createReadStream(join(folder, file)), sum);
    lines.push(`${sum.digest('hex')}  ${file}\n`);
  }
  return lines.join('');
}

function readme(record: EvidenceRecord, { fingerprint }: Signer): string {
  const source = [...new Set(record.runs.map(({ view }) => view.header.source))].join(', ');
  return `Evidence ${record.id} of "${record.writeup.title}", run on ${record.startedAt} by ${record.by}.
Source: ${source || 'none'}. ${record.runs.length} runs.

  sh verify.sh ${fingerprint}

says whether every file is as it was signed, and names any that is not. Compare the fingerprint with the one that the
site's operator gave you: a bundle cannot vouch for its own key.

record.json   everything about the record, for programs
report.md     the same for people
runs/*.log    the log of each run, as the server wrote it: frames of checksum, length, number, time, and an event as JSON or bytes of output
`;
}
