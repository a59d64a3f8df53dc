/** Which commit the writeups were read from: part of every record. */
import { git } from './git.ts';

/** The short hash of the commit of `directory`, followed by `+` when files differ from it. Empty without git or a repository. */
export async function commitOf(directory: string): Promise<string> {
  try {
    const hash = await git(directory, 'rev-parse', '--short=12', 'HEAD');
    const changed = await git(directory, 'status', '--porcelain', '--untracked-files=normal', '--', '.');
    return changed === '' ? hash : `${hash}+`;
  } catch {
    return '';
  }
}
