/** Which commit the writeups were read from: part of every record. */
import { git } from './git.ts';

/**
 * The short hash of the commit that `directory` stands at, followed by `+` when files in it differ from that commit.
 * Empty where there is no git or no repository: a copied tree has no commit, and that is no fault.
 */
export async function commitOf(directory: string): Promise<string> {
  try {
    const hash = await git(directory, 'rev-parse', '--short=12', 'HEAD');
    const changed = await git(directory, 'status', '--porcelain', '--untracked-files=normal', '--', '.');
    return changed === '' ? hash : `${hash}+`;
  } catch {
    return '';
  }
}
