/** `vantage gate diff`: which rights change between two commits, or between one and the files as they are. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { git } from '../content/git.ts';
import { inTemporaryFolder } from '../files/temporaryFolder.ts';
import { ContentError, loadContent } from '../content/load.ts';
import { type AllowedCommand, allowedCommands } from '../gate/allowList.ts';
import { compareRights, grows } from '../gate/compareRights.ts';
import { rightsMarkdown, rightsText } from '../gate/rightsText.ts';
import { CliError, exitStatus } from './command/exitStatus.ts';
import { text, withDefault, word } from './command/options.ts';
import { loadWriteups } from './command/session.ts';
import { defineVerb } from './command/verb.ts';

const run = promisify(execFile);

/** The sources of the gate's program; the checks are apart. */
const program = ['server/agent/agent.sh', 'server/agent/program.ts', 'server/gate', 'server/doctor'];

export const gateDiff = defineVerb({
  name: 'gate diff',
  about: 'says which rights change between two commits',
  options: {
    since: withDefault(text('COMMIT', 'the commit before'), 'HEAD'),
    to: text('COMMIT', 'the commit after (default: the checks as they are now)'),
    format: withDefault(word(['text', 'md'], 'md is for a pull request'), 'text'),
  },
  notes: 'exit status: 0 no right grows, 1 one does, or the program of the gate changes, 3 usage',
  async run({ values }, { root, out }) {
    const since = await commitOf(root, '--since', values.since);
    const to = values.to === undefined ? undefined : await commitOf(root, '--to', values.to);
    const before = await commandsAt(root, since);
    const after = to === undefined ? allowedCommands(await loadWriteups(root)) : await commandsAt(root, to);
    const change = compareRights(before, after);
    const range = to === undefined ? [since] : [since, to];
    const changed = (await git(root, 'diff', '--name-only', ...range, '--', ...program)).split('\n');
    // Tests are not part of what is installed.
    const files = changed.filter((file) => file !== '' && !file.endsWith('.test.ts'));
    out(values.format === 'md' ? rightsMarkdown(change, files) : rightsText(change, files));
    return grows(change) || files.length > 0 ? exitStatus.differs : exitStatus.agrees;
  },
});

const commitOf = (root: string, option: string, name: string): Promise<string> =>
  git(root, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`).catch(() => {
    throw new CliError(
      `${option}: expected a commit of the repository in ${root}, found "${name}". In a CI job, fetch the history with it.`,
    );
  });

/** The allowed commands at a commit, read by today's rules. */
const commandsAt = (root: string, commit: string): Promise<readonly AllowedCommand[]> =>
  inTemporaryFolder('vantage-diff-', async (folder) => {
    const tar = join(folder, 'content.tar');
    await git(root, 'archive', '--format=tar', `--output=${tar}`, commit, '--', 'content').catch(() => {
      throw new CliError(`${commit} has no folder content/.`);
    });
    await run('tar', ['-xf', tar, '-C', folder]);
    const writeups = await loadContent(join(folder, 'content')).catch((error: unknown) => {
      if (!(error instanceof ContentError)) throw error;
      throw new CliError(
        `The checks at ${commit} do not fit the rules of today, so they cannot be compared. ${error.message}`,
      );
    });
    return allowedCommands(writeups);
  });
