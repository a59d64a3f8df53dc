/** `vantage init`: a project in this folder, with a first writeup that can be run. */
import { readFileSync } from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { stringify } from 'yaml';
import {
  isThere,
  machinesOf,
  type Machines,
  templateFiles,
  writeNewFiles,
  writeupFiles,
} from './author/newFiles.ts';
import { CliError } from './command/exitStatus.ts';
import { text } from './command/options.ts';
import { defineVerb } from './command/verb.ts';

export const inventoryOption = {
  inventory: text(
    'FILE',
    'about the machines of this Ansible inventory, one role for each group, without a lab',
  ),
};

export const initVerb = defineVerb({
  name: 'init',
  about: 'begins a project in this folder: a writeup, its check, its lab, and what runs them',
  operands: { form: '[NAME]', least: 0, expected: 'Expected one name, of the first writeup' },
  options: inventoryOption,
  notes: 'Asks nothing and overwrites nothing: where a file is there already, nothing is written.',
  async run({ values, operands: [named] }, { root, print, out }) {
    if (isThere(join(root, 'content')))
      throw new CliError(
        `content is there already in ${root}; write another writeup into it with: npx vantage new writeup NAME`,
      );
    const machines =
      values.inventory === undefined ? undefined : machinesOf(resolve(values.inventory), print);
    const name = named ?? (machines ? 'our-machines' : 'loopback-only');
    const files = new Map([...templateFiles('project'), ...writeupFiles(root, name, machines)]);
    if (machines) files.set('vantage.yaml', settingsOf(root, machines));
    const ignore = files.get('.gitignore') ?? '';
    const hasIgnore = isThere(join(root, '.gitignore'));
    if (hasIgnore) files.delete('.gitignore');
    const scripts = scriptsOf(join(root, 'package.json'), machines ? ' --config vantage.yaml' : '');
    writeNewFiles(root, files, new Map([['package.json', scripts.json]]));
    if (hasIgnore)
      print(`.gitignore is left as it is; it should name ${ignore.trim().split('\n').join(', ')}`);
    for (const script of scripts.left) print(`The script "${script}" of package.json is left as it is.`);
    out(`${[...files.keys(), 'package.json'].sort().join('\n')}\n\nNext: npx vantage start\n`);
  },
});

const settingsOf = (root: string, { file, roles }: Machines): string => {
  const path = relative(root, file);
  return `# Settings of the server, which \`npx vantage start --config vantage.yaml\` reads: \`npx vantage config\` shows all.
${stringify({
  inventory: [isAbsolute(path) ? file : path],
  roles: Object.fromEntries(roles.map(({ role, host }) => [role, host])),
})}`;
};

/** What `npm init` writes for want of a test. */
const npmPlaceholder = 'echo "Error: no test specified" && exit 1';

/** `package.json` with the scripts that it has not, and the names of those that it has otherwise. */
function scriptsOf(
  file: string,
  settings: string,
): { readonly json: string; readonly left: readonly string[] } {
  const wanted = { start: `vantage start${settings}`, test: 'vantage test', dev: `vantage dev${settings}` };
  const before = isThere(file) ? readFileSync(file, 'utf8') : '{ "private": true }';
  const broken = new CliError(
    `${file}: expected JSON with an object in it; correct it first. Nothing was written.`,
  );
  let parsed: unknown;
  try {
    parsed = JSON.parse(before);
  } catch {
    throw broken;
  }
  const isObject = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isObject(parsed) || !isObject(parsed['scripts'] ?? {})) throw broken;
  const own = new Map(Object.entries(parsed['scripts'] ?? {}).filter(([, line]) => line !== npmPlaceholder));
  const left = Object.entries(wanted).flatMap(([name, line]) =>
    own.has(name) && own.get(name) !== line ? name : [],
  );
  const scripts = { ...wanted, ...Object.fromEntries(own) };
  const indent = /^([ \t]+)"/m.exec(before)?.[1] ?? '  ';
  return { json: `${JSON.stringify({ ...parsed, scripts }, undefined, indent)}\n`, left };
}
