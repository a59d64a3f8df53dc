/** `vantage gate build|diff|verify`: what is put on the machines, what a change of the checks changes about it, and whether it is there. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { loadContent } from '../content/load.ts';
import { fileNameOf, installFor, installScript } from '../gate/install.ts';
import { allowedCommandsFor, allowedCommands } from '../gate/allowList.ts';
import { gateProgram, isWhole, versionOf } from '../gate/gateProgram.ts';
import { exits } from './command/exitStatus.ts';
import { diff } from './gateDiff.ts';
import { readOptions } from './command/options.ts';
import { CliError, type CliContext, type Verb } from './command/verb.ts';

const usage = `usage: vantage gate build --key FILE.pub --user NAME [--from ADDRESSES] [--output DIRECTORY]
       vantage gate diff [--since COMMIT] [--to COMMIT] [--format text|md]
       vantage gate verify FILE --role ROLE

  build    writes, for each role, the gate, the line for authorized_keys, the sudoers lines, the sshd snippet and install.sh
  diff     says which rights change between a commit (default HEAD) and another one, or the checks as they are now; md is for a pull request
  verify   says whether a gate that was copied from a machine is whole, and is the one that the checks of today make

  --key FILE      the public key of the site, one line like "ssh-ed25519 AAAA…"
  --user NAME     the login user on the machines
  --from LIST     addresses that the site connects from; others cannot use the key
  --output DIR    where the files go (default gate)

exit status of diff: 0 no right grows, 1 one does, or the program of the gate changes; of verify: 1 it is another gate; of all: 3 usage
`;

export const gateVerb: Verb = {
  name: 'gate',
  about: 'makes, compares and verifies what lets the machines run documented checks and nothing else',
  ...{ usage, cancels: false },
  run(args, shell) {
    const [what = '', ...rest] = args;
    if (what === 'build') return build(rest, shell);
    if (what === 'diff') return diff(rest, shell, usage);
    if (what === 'verify') return verify(rest, shell);
    throw new CliError(`Expected build, diff or verify, found "${what}".`, usage);
  },
};

const rolesOf = (orders: ReturnType<typeof allowedCommands>): readonly string[] => [
  ...new Set(orders.map(({ role }) => role)),
];

async function build(args: readonly string[], { root, print, out }: CliContext): Promise<number> {
  const { values } = readOptions(args, usage, {
    key: { type: 'string' },
    user: { type: 'string' },
    from: { type: 'string' },
    output: { type: 'string', default: 'gate' },
  });
  if (values.key === undefined)
    throw new CliError('--key: expected the file with the public key of the site.', usage);
  const { user } = values;
  if (user === undefined || !/^[a-z_][a-z0-9_-]{0,31}$/.test(user))
    throw new CliError(
      `--user: expected the login user of the machines, found ${user === undefined ? 'none' : `"${user}"`}. Give the name that the inventory has as ansible_user.`,
      usage,
    );
  const publicKey = await readFile(values.key, 'utf8').catch(() => {
    throw new CliError(`--key: the file ${values.key} cannot be read.`, usage);
  });
  const orders = allowedCommands(await loadContent(join(root, 'content')));
  for (const role of rolesOf(orders)) {
    const from = values.from === undefined ? {} : { from: values.from };
    const install = told(() => installFor(orders, role, { user, publicKey, ...from }));
    const folder = resolve(values.output, role);
    await mkdir(folder, { recursive: true });
    for (const { path, text } of install.files) await writeFile(join(folder, fileNameOf(path)), text);
    await writeFile(join(folder, 'install.sh'), installScript(install, user), { mode: 0o755 });
    out(`${role}\t${install.version}\t${folder}\n`);
    print(
      `${role}: ${install.orders.length} orders, ${install.files.length} files. On the machine, as root: sh install.sh`,
    );
  }
  return exits.agrees;
}

async function verify(args: readonly string[], { root, out }: CliContext): Promise<number> {
  const { values, positionals } = readOptions(args, usage, { role: { type: 'string' } });
  const [file] = positionals;
  const orders = allowedCommands(await loadContent(join(root, 'content')));
  const roles = rolesOf(orders);
  const { role } = values;
  if (file === undefined || role === undefined || !roles.includes(role))
    throw new CliError(`Expected the file of a gate and --role ${roles.join('|')}.`, usage);
  const text = await readFile(file, 'utf8').catch(() => {
    throw new CliError(`The file ${file} cannot be read.`, usage);
  });
  const wanted = gateProgram(allowedCommandsFor(orders, role));
  if (!isWhole(text)) {
    out(
      `${file} was changed by hand, or is no gate: what it says of itself does not fit. Install the one that \`vantage gate build\` makes.\n`,
    );
    return exits.differs;
  }
  if (versionOf(text) !== versionOf(wanted)) {
    out(
      `${file} is whole, and outdated: it is ${versionOf(text)}, the checks of today make ${versionOf(wanted)}. Read \`vantage gate diff\`, then install it anew.\n`,
    );
    return exits.differs;
  }
  out(`${file} is the gate that the checks of today make for ${role}: ${versionOf(text)}\n`);
  return exits.agrees;
}

/** A fault in what was handed in is the caller's to mend. */
function told<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new CliError(error instanceof Error ? error.message : String(error), usage);
  }
}
