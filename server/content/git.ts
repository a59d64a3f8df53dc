/** Asks git about the repository that this program was installed from. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The output without its last line end. Rejects when git fails or is missing. git would distrust a repository of another user: this one installed the program. */
export async function git(directory: string, ...words: readonly string[]): Promise<string> {
  const { stdout } = await run('git', ['-c', 'safe.directory=*', '-C', directory, ...words], {
    timeout: 20_000,
  });
  return stdout.trimEnd();
}

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
