/** Reads the writeups and their checks from disk: the one source of the page, the server and the tests. */
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { type Check, checkSchema } from '../../src/core/check/check.ts';
import { lint } from '../../src/core/check/lint.ts';
import { everyRoleOf } from '../../src/core/check/members.ts';
import { type Variant, variantId, withFaults } from '../../src/core/check/parameters.ts';
import type { Pictures } from '../../src/core/pictures/picture.ts';
import { judgeSamples } from '../../src/core/judge/samples.ts';
import { judgePasteSamples } from '../../src/core/paste/pasteSamples.ts';
import { type Writeup, writeupSchema } from '../../src/core/check/writeup.ts';
import { type LabDescription, labSchema } from '../lab/description/description.ts';
import { roleFaults } from '../lab/description/labFaults.ts';
import { type ContentReader, createContentReader, ContentError } from './contentReader.ts';
import { atItsPlace, combinationOf, expandCheck } from './expandCheck.ts';
import { loadLab } from './loadLab.ts';
import {
  loadPictures,
  nameFaults,
  textFaults,
  type FurtherPage,
  loadFurtherPages,
  loadPage,
} from './loadPages.ts';
import { readSite } from './loadSite.ts';
import type { SourceFault } from '../files/yaml.ts';
import { createUnlessKnown, stampOf } from './unlessKnown.ts';

export { ContentError, faultLine } from './contentReader.ts';

export type LoadedCheck = {
  readonly check: Check;
  /** SHA-256 of the check's content, in hex. */ readonly hash: string;
  readonly file: string;
};
export type LoadedWriteup = {
  readonly id: string;
  readonly writeup: Writeup;
  readonly file: string;
  readonly checks: ReadonlyMap<string, LoadedCheck>;
  /** Where its checks run when nobody names other machines. */
  readonly lab?: LabDescription;
};
export const hashesOf = (checks: LoadedWriteup['checks']): ReadonlyMap<string, string> =>
  new Map([...checks].map(([id, { hash }]) => [id, hash]));

/** What the pages need, and the server does not. */
export type IllustratedWriteup = LoadedWriteup & {
  readonly pictures: Pictures;
  readonly pages: readonly FurtherPage[];
};

/** Pastes take as long to judge as all other samples, so a server and a command trust what the build has judged. */
type Pastes = 'judged' | 'trusted';
const labsUnlessKnown = createUnlessKnown<ReadonlyMap<string, LabDescription>>();
const writeupUnlessKnown = createUnlessKnown<IllustratedWriteup | undefined>();
/** Where one of a writeup's checks has changed, the others are not judged again. */
const judgedUnlessKnown = createUnlessKnown<readonly Check[]>();
type CheckReader = ContentReader & { readonly pastes: Pastes };

/** Loads and validates every writeup below `directory`, lints its checks and judges their samples. Rejects with a ContentError of all faults. */
export async function loadContent(
  directory: string,
  pastes: Pastes = 'trusted',
): Promise<readonly IllustratedWriteup[]> {
  const faults: SourceFault[] = [];
  const writeups: IllustratedWriteup[] = [];
  const names = (await readdir(directory, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
  const shown = (path: string) => relative(join(directory, '..'), path);
  const reader = createContentReader(shown, faults);
  await readSite(directory, reader);
  const labStamp = stampOf(names.map((id) => join(directory, id, 'lab')));
  const labs = await labsUnlessKnown(directory, labStamp, faults, async () => {
    const read = new Map<string, LabDescription>();
    for (const id of names) {
      const lab = await loadLab(directory, id, shown, faults);
      if (lab) read.set(id, lab);
    }
    return read;
  });
  for (const id of names) {
    const own = stampOf([join(directory, id)]);
    // A writeup may be about the lab of another one.
    const both = own === undefined || labStamp === undefined ? undefined : `${own}\n${labStamp}`;
    const loaded = await writeupUnlessKnown(`${pastes} ${join(directory, id)}`, both, faults, () =>
      loadWriteup(directory, id, labs, { ...reader, pastes }),
    );
    if (loaded) writeups.push(loaded);
  }
  if (faults.length === 0)
    for (const [id, lab] of labs) {
      const own = writeups.filter((one) => one.lab === lab);
      const found = roleFaults(lab, everyRoleOf(own));
      if (found.length > 0)
        (await reader.readValue(join(directory, id, 'lab', 'lab.yaml'), labSchema))?.report(found);
    }
  if (faults.length > 0) throw new ContentError(faults);
  return writeups;
}

async function loadWriteup(
  directory: string,
  id: string,
  labs: ReadonlyMap<string, LabDescription>,
  reader: CheckReader,
): Promise<IllustratedWriteup | undefined> {
  const file = join(directory, id, 'index.mdx');
  const absent = `expected the page of the writeup: write index.mdx, or remove the folder ${id}`;
  const page = await loadPage(file, writeupSchema, reader, absent);
  const writeup = page?.value;
  const roles = writeup?.roles.map(({ role }) => role);
  const before = reader.faults.length;
  const checks = await loadChecks(join(directory, id, 'checks'), roles, reader);
  const areSound = reader.faults.length === before;
  if (!page || !writeup) return undefined;
  const sound = new Map([...checks].map(([name, { check }]) => [name, check]));
  // Pictures may name a check that could not be read: its own fault is enough.
  const knownNames = areSound ? { checks: sound, roles: roles ?? [] } : undefined;
  const { pictures, names } = await loadPictures(join(directory, id, 'pictures'), knownNames, reader);
  const lab = labs.get(writeup.lab ?? id);
  const causes = (lab?.conditions ?? []).filter(({ kind }) => kind === 'cause').map(({ name }) => name);
  const groups = [...new Set([...checks.values()].flatMap(({ check }) => check.variant?.of ?? []))];
  const known = { checks: [...checks.keys()], groups, causes, labs: [...labs.keys()], pictures: names };
  page.report(nameFaults(writeup, known));
  for (const { line, message } of textFaults(page.text, known)) reader.addFault(file, message, line);
  const pages = await loadFurtherPages(join(directory, id), known, reader);
  return { id, writeup, file, checks, pictures, pages, ...(lab ? { lab } : {}) };
}

async function loadChecks(directory: string, roles: readonly string[] | undefined, reader: CheckReader) {
  const checks = new Map<string, LoadedCheck>();
  const entries = await readdir(directory).catch(() => []);
  const names = entries.filter((entry) => /\.ya?ml$/.test(entry)).sort();
  for (const name of names) {
    const file = join(directory, name);
    for (const check of await loadCheck(file, roles, reader)) {
      const other =
        checks.get(check.id)?.file ?? names.find((one) => check.variant && idOf(one) === check.id);
      if (other !== undefined)
        reader.addFault(
          file,
          `expected the id of each check once, found "${check.id}" here and in ${basename(other)}: rename one of the files`,
        );
      checks.set(check.id, { check, hash: hashOf(check), file: reader.shown(file) });
    }
  }
  return checks;
}

const idOf = (file: string): string => basename(file).replace(/\.ya?ml$/, '');

/** Reads one file, lints its check, or each that its parameters make, and judges the samples. Faults go to the reader; what is no check at all is left out. */
export async function loadCheck(
  file: string,
  roles: readonly string[] | undefined,
  reader: CheckReader,
): Promise<readonly Check[]> {
  const text = await reader.readText(file, 'expected a check there, found no file');
  if (text === undefined) return [];
  if (reader.pastes !== 'judged') return judgeFile(file, text, roles, reader);
  const place = `${file} ${reader.shown(file)} ${roles?.join(' ')}`;
  return judgedUnlessKnown(place, text, reader.faults, () => judgeFile(file, text, roles, reader));
}

function judgeFile(file: string, text: string, roles: readonly string[] | undefined, reader: CheckReader) {
  const { faults } = reader;
  const before = faults.length;
  return expandCheck(file, idOf(file), text, reader).flatMap((one) => {
    const own = faults.length;
    const check = judgeCheck(file, one, roles, reader) ?? [];
    const found = faults.splice(own);
    // The other combinations most often have the same faults.
    if (own === before)
      faults.push(
        ...found.map(({ message, ...at }) => ({
          ...at,
          message: one.variant ? `${variantId(one.variant)}: ${message}` : message,
        })),
      );
    return check;
  });
}

function judgeCheck(
  file: string,
  { text, variant }: { readonly text: string; readonly variant?: Variant },
  roles: readonly string[] | undefined,
  { addFault, parse, pastes: judging }: CheckReader,
): Check | undefined {
  const read = parse(file, text, checkSchema);
  const written = read.value;
  if (!written) return undefined;
  for (const [index, { id, role }] of written.steps.entries())
    if (roles && !roles.includes(role))
      addFault(
        file,
        `step "${id}": expected a role of the writeup (${roles.join(', ')}), found "${role}"`,
        read.lineOfPath(['steps', index, 'role']),
      );
  const name = idOf(file);
  if (written.id !== name)
    addFault(
      file,
      `expected id: ${name} as the file is called, found "${written.id}"`,
      read.lineOfPath(['id']),
    );
  const check = variant ? combinationOf(written, variant) : written;
  read.report(withFaults(written));
  const found = lint(check);
  const wrong =
    found.length > 0
      ? found
      : [...judgeSamples(check), ...(judging === 'judged' ? judgePasteSamples(check) : [])];
  read.report(wrong.map((one) => atItsPlace(one, check, written)));
  return check;
}

/** SHA-256 in hex of everything that a result of a run depends on, so without samples, what names outcomes elsewhere, what is said of pastes, and other values of parameters. */
function hashOf({
  samples: _,
  pasted: __,
  pastes: ___,
  parameters: ____,
  variant: _____,
  ...check
}: Check): string {
  const outcomes = check.outcomes.map(({ id: _, forCauses: __, ...rest }) => rest);
  return createHash('sha256')
    .update(JSON.stringify({ ...check, outcomes }))
    .digest('hex');
}
