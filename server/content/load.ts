/** Reads the writeups and their checks from disk: the one source of the page, the server and the tests. What a check means is left to the core. */
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { type Check, checkSchema } from '../../src/core/check.ts';
import { lint } from '../../src/core/lint.ts';
import { judgeSamples } from '../../src/core/samples.ts';
import { type Writeup, writeupSchema } from '../../src/core/writeup.ts';
import { readSource } from './readSource.ts';
import { readYaml, type SourceFault } from './yaml.ts';

export type LoadedCheck = {
  readonly check: Check;
  /** SHA-256 of the check's content, in hex. */ readonly hash: string;
  readonly file: string;
};
export type LoadedWriteup = {
  readonly id: string;
  readonly writeup: Writeup;
  /** The MDX file. */
  readonly file: string;
  readonly checks: ReadonlyMap<string, LoadedCheck>;
};

export const faultLine = ({ file, line, say }: SourceFault): string => `${file}:${line}: ${say}`;

/** Thrown when content is at fault. The message has one line for each fault: file:line, what was expected, what to write. */
export class ContentError extends Error {
  readonly faults: readonly SourceFault[];
  constructor(faults: readonly SourceFault[]) {
    super(
      `content: ${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}\n${faults.map((fault) => `  ${faultLine(fault)}`).join('\n')}`,
    );
    this.name = 'ContentError';
    this.faults = faults;
  }
}

/**
 * Loads every writeup below `directory`, validates it, lints every check and judges every sample.
 * Rejects with ContentError, which holds all faults of all files at once.
 */
export async function loadContent(directory: string): Promise<readonly LoadedWriteup[]> {
  const faults: SourceFault[] = [];
  const writeups: LoadedWriteup[] = [];
  const names = (await readdir(directory, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  for (const id of names.sort()) {
    const loaded = await loadWriteup(directory, id, faults);
    if (loaded) writeups.push(loaded);
  }
  if (faults.length > 0) throw new ContentError(faults);
  return writeups;
}

async function loadWriteup(
  directory: string,
  id: string,
  faults: SourceFault[],
): Promise<LoadedWriteup | undefined> {
  const file = join(directory, id, 'index.mdx');
  const shown = (path: string) => relative(join(directory, '..'), path);
  const read = await readSource(file);
  if ('say' in read) {
    faults.push({ file: shown(file), line: 1, say: read.say });
    return undefined;
  }
  const front = /^---\r?\n([\s\S]*?)\r?\n---/.exec(read.text);
  if (!front?.[1]) {
    faults.push({ file: shown(file), line: 1, say: 'expected front matter between two lines `---`' });
    return undefined;
  }
  const { value: writeup, faults: own } = readYaml(front[1], shown(file), writeupSchema, { firstLine: 2 });
  faults.push(...own);
  const roles = writeup?.vantages.map(({ role }) => role);
  const checks = await loadChecks(join(directory, id, 'checks'), roles, shown, faults);
  if (!writeup) return undefined;
  const known = [...checks.keys()];
  const named = [
    ...(writeup.limitation?.checks ?? []),
    ...(writeup.matrix?.cells.flatMap((cell) => ('check' in cell ? [cell.check] : [])) ?? []),
  ];
  for (const check of named)
    if (!checks.has(check))
      faults.push({
        file: shown(file),
        line: lineOf(front[1], check) + 1,
        say: `expected the id of a check (${known.join(', ')}), found "${check}"`,
      });
  return { id, writeup, file, checks };
}

async function loadChecks(
  directory: string,
  roles: readonly string[] | undefined,
  shown: (path: string) => string,
  faults: SourceFault[],
): Promise<ReadonlyMap<string, LoadedCheck>> {
  const checks = new Map<string, LoadedCheck>();
  const entries = await readdir(directory).catch(() => []);
  for (const name of entries.filter((entry) => /\.ya?ml$/.test(entry)).sort()) {
    const file = join(directory, name);
    const read = await readSource(file);
    if ('say' in read) {
      faults.push({ file: shown(file), line: 1, say: read.say });
      continue;
    }
    const { value: check, faults: own, lineOfPath } = readYaml(read.text, shown(file), checkSchema);
    faults.push(...own);
    if (!check) continue;
    for (const [index, step] of check.steps.entries())
      if (roles && !roles.includes(step.vantage))
        faults.push({
          file: shown(file),
          line: lineOfPath(['steps', index, 'vantage']),
          say: `step "${step.id}": expected a vantage of the writeup (${roles.join(', ')}), found "${step.vantage}"`,
        });
    if (`${check.id}.yaml` !== name)
      faults.push({
        file: shown(file),
        line: 1,
        say: `expected id: ${name.replace(/\.ya?ml$/, '')} as the file is called, found "${check.id}"`,
      });
    const found = lint(check);
    for (const { path, say } of found.length > 0 ? found : judgeSamples(check))
      faults.push({ file: shown(file), line: lineOfPath(path), say: `${path.join('.')}: ${say}` });
    checks.set(check.id, {
      check,
      hash: createHash('sha256').update(JSON.stringify(check)).digest('hex'),
      file: shown(file),
    });
  }
  return checks;
}

function lineOf(text: string, part: string): number {
  return text.slice(0, Math.max(0, text.indexOf(part))).split('\n').length;
}
