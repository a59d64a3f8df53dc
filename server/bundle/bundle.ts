/** A record as a bundle that anybody can verify offline with common tools, and the key that signs it. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { jsonChunks } from '../../src/core/report/json.ts';
import { markdownChunks } from '../../src/core/report/markdown.ts';
import type { EvidenceRecord } from '../../src/core/run/record.ts';
import type { Pause } from '../files/pause.ts';
import { encodeChunks } from '../files/timeSlices.ts';
import { makeFolder } from '../files/dataFolder.ts';
import { messageOf } from '../files/errors.ts';

const run = promisify(execFile);
const verifier = new URL('./verify.sh', import.meta.url);

type BundleOptions = {
  readonly record: EvidenceRecord;
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

/** A signature made for another purpose is refused. */
export const namespace = 'evidence@vantage';

/** `publicKey` is as `allowed_signers` takes it. People who verify need `fingerprint` from another source than the bundle. */
type Signer = Awaited<ReturnType<typeof openSigner>>;

/** Opens the signing key of a data folder; the first time, makes it there, readable by its owner only. */
export async function openSigner(data: string) {
  const file = join(data, 'signing_ed25519');
  makeFolder(data);
  try {
    if (!existsSync(file))
      await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'vantage evidence', '-f', file]);
    const { stdout } = await run('ssh-keygen', ['-l', '-f', `${file}.pub`]);
    const [, fingerprint = ''] = stdout.split(' ');
    const publicKey = readFileSync(`${file}.pub`, 'utf8').split(' ').slice(0, 2).join(' ');
    return { publicKey, fingerprint, sign: (bytes: string) => signature(file, bytes) };
  } catch (error) {
    throw new Error(
      `Evidence cannot be signed with the key ${file}: ${messageOf(error)}. Install openssh-client, or restore the key from its backup.`,
    );
  }
}

/** Armoured. Rejects when ssh-keygen does. */
async function signature(file: string, bytes: string): Promise<string> {
  const signing = run('ssh-keygen', ['-Y', 'sign', '-f', file, '-n', namespace, '-q']);
  signing.child.stdin?.on('error', () => {}).end(bytes);
  const { stdout } = await signing.catch((error: { readonly code: unknown; readonly stderr: string }) => {
    throw new Error(`ssh-keygen -Y sign ended with ${String(error.code)}: ${error.stderr.trim()}`);
  });
  return stdout;
}
