/** Asks git about the repository that this program was installed from. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * What it prints, without the last line end; rejects when it fails, or is not there. Who runs the server does not own its files, and git
 * distrusts files of others: these are of whoever installed this very program.
 */
export async function git(directory: string, ...words: readonly string[]): Promise<string> {
  const { stdout } = await run('git', ['-c', 'safe.directory=*', '-C', directory, ...words], {
    timeout: 20_000,
  });
  return stdout.trimEnd();
}
