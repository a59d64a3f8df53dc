/** The key that signs evidence: made once in the data folder, used through `ssh-keygen`. */
import { execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeFolder } from '../files/dataFolder.ts';
import { messageOf } from '../files/errors.ts';

const run = promisify(execFile);
/** A signature made for another purpose is refused. */
export const namespace = 'evidence@vantage';

/** `publicKey` is as `allowed_signers` takes it. People who verify need `fingerprint` from another source than the bundle. */
export type Signer = Awaited<ReturnType<typeof openSigner>>;

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
function signature(file: string, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('ssh-keygen', ['-Y', 'sign', '-f', file, '-n', namespace, '-q'], { stdio: 'pipe' });
    let signed = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      signed += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    child.stdin.on('error', () => {});
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(signed);
      else reject(new Error(`ssh-keygen -Y sign ended with ${code}: ${errors.trim()}`));
    });
    child.stdin.end(bytes);
  });
}
