/** Reads the writeups and their checks from disk: the one source of the page, the server and the tests. */
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { type Check, checkSchema } from '../../src/core/check/check.ts';
import { lint } from '../../src/core/check/lint.ts';
import type { Pictures } from '../../src/core/pictures/picture.ts';
import { judgeSamples } from '../../src/core/judge/samples.ts';
import { type Writeup, writeupSchema } from '../../src/core/check/writeup.ts';
import type { LabDescription } from '../lab/description/description.ts';
import { loadLab } from './loadLab.ts';
import { loadPictures } from './loadPictures.ts';
import { nameFaults, textFaults } from './names.ts';
import { type FurtherPage, loadFurtherPages, loadPage } from './loadPages.ts';
import { readSource } from '../files/readSource.ts';
import { readYaml, type SourceFault } from '../files/yaml.ts';

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
  /** Where its checks run when nobody names other machines. */
  readonly lab?: LabDescription;
};
/** The present hash of each check. */
export const hashesOf = (checks: LoadedWriteup['checks']): ReadonlyMap<string, string> =>
  new Map([...checks].map(([id, { hash }]) => [id, hash]));

/** What the pages need, and the server does not. */
export type IllustratedWriteup = LoadedWriteup & {
  readonly pictures: Pictures;
  readonly pages: readonly FurtherPage[];
};

export const faultLine = ({ file, line, message }: SourceFault): string => `${file}:${line}: ${message}`;

/** Faults of content. The message has one line for each: file:line, what was expected, what to write. */
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

/** Loads and validates every writeup below `directory`, lints its checks and judges their samples. Rejects with a ContentError of all faults. */
export async function loadContent(directory: string): Promise<readonly IllustratedWriteup[]> {
  const faults: SourceFault[] = [];
  const writeups: IllustratedWriteup[] = [];
  const names = (await readdir(directory, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  const shown = (path: string) => relative(join(directory, '..'), path);
  const labs = new Map<string, LabDescription>();
  for (const id of names.sort()) {
    const lab = await loadLab(directory, id, shown, faults);
    if (lab) labs.set(id, lab);
  }
  for (const id of names) {
    const loaded = await loadWriteup(directory, id, { labs, shown, faults });
    if (loaded) writeups.push(loaded);
  }
  if (faults.length > 0) throw new ContentError(faults);
  return writeups;
}

type Loading = {
  readonly labs: ReadonlyMap<string, LabDescription>;
  readonly shown: (path: string) => string;
  readonly faults: SourceFault[];
};

async function loadWriteup(
  directory: string,
  id: string,
  { labs, shown, faults }: Loading,
): Promise<IllustratedWriteup | undefined> {
  const file = join(directory, id, 'index.mdx');
  const absent = `expected the page of the writeup: write index.mdx, or remove the folder ${id}`;
  const page = await loadPage(file, writeupSchema, shown, faults, absent);
  const writeup = page?.value;
  const roles = writeup?.roles.map(({ role }) => role);
  const own: SourceFault[] = [];
  const checks = await loadChecks(join(directory, id, 'checks'), roles, shown, own);
  faults.push(...own);
  if (!page || !writeup) return undefined;
  const sound = new Map([...checks].map(([name, { check }]) => [name, check]));
  // Pictures may name a check that could not be read: its own fault is enough.
  const knownNames = own.length > 0 ? undefined : { checks: sound, roles: roles ?? [] };
  const loaded = await loadPictures(join(directory, id, 'pictures'), knownNames, shown);
  const lab = labs.get(writeup.lab ?? id);
  const causes = (lab?.conditions ?? []).filter(({ kind }) => kind === 'cause').map(({ name }) => name);
  const known = { checks: [...checks.keys()], causes, labs: [...labs.keys()], pictures: loaded.names };
  faults.push(
    ...loaded.faults,
    ...nameFaults(writeup, known).map(({ path, message }) => ({
      file: shown(file),
      line: page.lineOfPath(path),
      message: `${path.join('.')}: ${message}`,
    })),
    ...textFaults(page.text, known).map((fault) => ({ file: shown(file), ...fault })),
  );
  const pages = await loadFurtherPages(join(directory, id), known, shown, faults);
  return { id, writeup, file, checks, pictures: loaded.pictures, pages, ...(lab ? { lab } : {}) };
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
    if ('message' in read) {
      faults.push({ file: shown(file), line: 1, message: read.message });
      continue;
    }
    const { value: check, faults: own, lineOfPath } = readYaml(read.text, shown(file), checkSchema);
    faults.push(...own);
    if (!check) continue;
    for (const [index, step] of check.steps.entries())
      if (roles && !roles.includes(step.role))
        faults.push({
          file: shown(file),
          line: lineOfPath(['steps', index, 'role']),
          message: `step "${step.id}": expected a role of the writeup (${roles.join(', ')}), found "${step.role}"`,
        });
    if (`${check.id}.yaml` !== name)
      faults.push({
        file: shown(file),
        line: 1,
        message: `expected id: ${name.replace(/\.ya?ml$/, '')} as the file is called, found "${check.id}"`,
      });
    const found = lint(check);
    for (const { path, message } of found.length > 0 ? found : judgeSamples(check))
      faults.push({ file: shown(file), line: lineOfPath(path), message: `${path.join('.')}: ${message}` });
    checks.set(check.id, { check, hash: hashOf(check), file: shown(file) });
  }
  return checks;
}

/** SHA-256 in hex of everything that a result depends on, so without the ids of outcomes. */
function hashOf(check: Check): string {
  const outcomes = check.outcomes.map(({ id: _, ...rest }) => rest);
  return createHash('sha256')
    .update(JSON.stringify({ ...check, outcomes }))
    .digest('hex');
}
