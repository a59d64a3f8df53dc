/** `vantage gate build|diff|verify`: what is installed on the machines, what a change of the checks changes about it, and whether it is there. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { allowedCommands, allowedCommandsFor, rolesIn } from '../gate/allowList.ts';
import { gateProgram, isWhole, versionOf } from '../gate/gateProgram.ts';
import { fileNameOf, installFor, installScript } from '../gate/install.ts';
import { CliError, exitStatus } from './command/exitStatus.ts';
import { required, text, withDefault } from './command/options.ts';
import { loadWriteups } from './command/session.ts';
import { defineVerb, groupVerbs } from './command/verb.ts';
import { gateDiff } from './gateDiff.ts';

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

export const gateVerb = groupVerbs(
  'gate',
  'makes, compares and verifies the program that restricts a machine to the documented checks',
  [build, gateDiff, verify],
);

const readText = (what: string, file: string): Promise<string> =>
  readFile(file, 'utf8').catch(() => {
    throw new CliError(`${what} ${file} cannot be read.`);
  });
