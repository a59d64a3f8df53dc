/** `vantage gate diff`: which rights change between two commits, or between one and the files as they are. Comparing is left to `server/gate/compareRights.ts`. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { git } from '../content/git.ts';
import { ContentError, loadContent } from '../content/load.ts';
import { type AllowedCommand, allowedCommands } from '../gate/allowList.ts';
import { grows, rightsChange } from '../gate/compareRights.ts';
import { rightsMarkdown, rightsText } from '../gate/rightsText.ts';
import { exits } from './command/exitStatus.ts';
import { readOptions, wordOf } from './command/options.ts';
import { CliError, type CliContext } from './command/verb.ts';

const run = promisify(execFile);

/** What a gate is made of besides the checks. */
const program = ['server/agent/agent.sh', 'server/agent/program.ts', 'server/gate', 'server/doctor'];

export async function diff(
  args: readonly string[],
  { root, out }: CliContext,
  usage: string,
): Promise<number> {
  const { values, positionals } = readOptions(args, usage, {
    since: { type: 'string', default: 'HEAD' },
    to: { type: 'string' },
    format: { type: 'string', default: 'text' },
  });
  if (positionals.length > 0) throw new CliError(`Expected options only, found "${positionals[0]}".`, usage);
  const format = wordOf('--format', values.format, ['text', 'md'], usage);
  const commitOf = (option: string, name: string): Promise<string> =>
    git(root, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`).catch(() => {
      throw new CliError(
        `${option}: expected a commit of the repository in ${root}, found "${name}". In a CI job, fetch the history with it.`,
        usage,
      );
    });
  const since = await commitOf('--since', values.since);
  const to = values.to === undefined ? undefined : await commitOf('--to', values.to);
  const before = await ordersAt(root, since, values.since);
  const after =
    to === undefined
      ? allowedCommands(await loadContent(join(root, 'content')))
      : await ordersAt(root, to, values.to ?? '');
  const change = rightsChange(before, after);
  const range = to === undefined ? [since] : [since, to];
  const changed = (await git(root, 'diff', '--name-only', ...range, '--', ...program)).split('\n');
  // Tests are not part of what is installed.
  const files = changed.filter((file) => file !== '' && !file.endsWith('.test.ts'));
  out(format === 'md' ? rightsMarkdown(change, files) : `${rightsText(change, files).join('\n')}\n`);
  return grows(change) || files.length > 0 ? exits.differs : exits.agrees;
}

/** The orders of the checks as they stood at a commit, read by the rules of today. */
async function ordersAt(root: string, commit: string, name: string): Promise<readonly AllowedCommand[]> {
  const place = await mkdtemp(join(tmpdir(), 'vantage-diff-'));
  try {
    const tar = join(place, 'content.tar');
    await git(root, 'archive', '--format=tar', `--output=${tar}`, commit, '--', 'content').catch(() => {
      throw new CliError(`${name} has no folder content/.`);
    });
    await run('tar', ['-xf', tar, '-C', place]);
    return allowedCommands(await loadContent(join(place, 'content')));
  } catch (error) {
    if (!(error instanceof ContentError)) throw error;
    throw new CliError(
      `The checks at ${name} do not fit the rules of today, so they cannot be compared. ${error.message}`,
    );
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}
