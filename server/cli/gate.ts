/** `vantage gate build|diff|verify`: what is installed on the machines, whether it is there, and which rights change between two commits, or between one and the files as they are. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { allowedCommands, allowedCommandsFor, rolesIn, type AllowedCommand } from '../gate/allowList.ts';
import { gateProgram, isWhole, versionOf } from '../gate/gateProgram.ts';
import { fileNameOf, installFor, installScript } from '../gate/install.ts';
import { CliError, exitStatus } from './command/exitStatus.ts';
import { required, text, withDefault, word } from './command/options.ts';
import { loadWriteups } from './command/session.ts';
import { defineVerb, groupVerbs } from './command/verb.ts';
import { git } from '../content/git.ts';
import { inTemporaryFolder } from '../files/temporaryFolder.ts';
import { ContentError, loadContent } from '../content/load.ts';
import { compareRights, grows, rightsMarkdown, rightsText } from '../gate/compareRights.ts';

const build = defineVerb({
  name: 'gate build',
  about: 'writes the files that a machine of each role needs',
  options: {
    key: required(text('FILE.pub', 'the public key of the site, one line like "ssh-ed25519 AAAA…"')),
    user: required(text('NAME', 'the login user on the machines, as `ansible_user` in the inventory')),
    from: text('ADDRESSES', 'the site connects from there; from elsewhere the key is useless'),
    output: withDefault(text('DIRECTORY', 'where the files go'), 'gate'),
  },
  notes:
    'For each role: the gate, the line for authorized_keys, the sudoers lines, the sshd snippet and install.sh.',
  async run({ values: { key, user, from, output } }, { root, print, out }) {
    if (!/^[a-z_][a-z0-9_-]{0,31}$/.test(user))
      throw new CliError(`--user: expected a login name like docs, found "${user}".`);
    const publicKey = await readText('--key: the file', key);
    const all = allowedCommands(await loadWriteups(root));
    const options = { user, publicKey, ...(from === undefined ? {} : { from }) };
    for (const role of rolesIn(all)) {
      const install = installFor(all, role, options);
      const folder = resolve(output, role);
      await mkdir(folder, { recursive: true });
      for (const { path, text: content } of install.files)
        await writeFile(join(folder, fileNameOf(path)), content);
      await writeFile(join(folder, 'install.sh'), installScript(install, user), { mode: 0o755 });
      out(`${role}\t${install.version}\t${folder}\n`);
      print(
        `${role}: ${install.commands.length} commands, ${install.files.length} files. On the machine, as root: sh install.sh`,
      );
    }
  },
});

const verify = defineVerb({
  name: 'gate verify',
  about: 'says whether a gate that was copied from a machine is the one of the current checks',
  operands: { form: 'FILE', expected: 'Expected the file of a gate' },
  options: { role: required(text('ROLE', 'the role of its machine')) },
  notes: 'exit status: 0 it is, 1 it is another one, 3 usage',
  async run({ values: { role }, operands: [file = ''] }, { root, out }) {
    const all = allowedCommands(await loadWriteups(root));
    const roles = rolesIn(all);
    if (!roles.includes(role)) throw new CliError(`Expected --role ${roles.join('|')}, found "${role}".`);
    const found = await readText('The file', file);
    const expected = versionOf(gateProgram(allowedCommandsFor(all, role)));
    const isCurrent = isWhole(found) && versionOf(found) === expected;
    const result = isCurrent
      ? `is the gate that the current checks make for ${role}: ${expected}`
      : isWhole(found)
        ? `is whole, and outdated: it is ${versionOf(found)}, the current checks make ${expected}. Read \`vantage gate diff\`, then install the new one.`
        : 'is not a gate, or was changed by hand: its content does not match its version. Install the one that `vantage gate build` makes.';
    out(`${file} ${result}\n`);
    return isCurrent ? exitStatus.agrees : exitStatus.differs;
  },
});

const readText = (what: string, file: string): Promise<string> =>
  readFile(file, 'utf8').catch(() => {
    throw new CliError(`${what} ${file} cannot be read.`);
  });

const run = promisify(execFile);

/** The sources of the gate's program; the checks are apart. */
const program = ['server/agent/agent.sh', 'server/agent/program.ts', 'server/gate', 'server/doctor'];

const gateDiff = defineVerb({
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

export const gateVerb = groupVerbs(
  'gate',
  'makes, compares and verifies the program that restricts a machine to the documented checks',
  [build, gateDiff, verify],
);
