/** Which commit the writeups were read from: part of every record. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * The short hash of the commit that `directory` stands at, followed by `+` when files in it differ from that commit.
 * Empty where there is no git or no repository: a copied tree has no commit, and that is no fault.
 */
export async function commitOf(directory: string): Promise<string> {
  const git = async (...args: string[]) =>
    (await run('git', ['-C', directory, ...args], { timeout: 5000 })).stdout.trim();
  try {
    const hash = await git('rev-parse', '--short=12', 'HEAD');
    const changed = await git('status', '--porcelain', '--untracked-files=normal', '--', '.');
    return changed === '' ? hash : `${hash}+`;
  } catch {
    return '';
  }
}
