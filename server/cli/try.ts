/** `vantage try`: judges the samples of one check again at each save of its file; without a check, all content once. */
import { existsSync, readFileSync, watch } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { readdir } from 'node:fs/promises';
import type { Check } from '../../src/core/check/check.ts';
import { judgePaste } from '../../src/core/paste/judgePaste.ts';
import { verdictSchema } from '../../src/core/vocabulary.ts';
import { count as counted } from '../../src/core/report/units.ts';
import { suggestion } from '../../src/core/text/nearest.ts';
import { writeupSchema } from '../../src/core/check/writeup.ts';
import { createContentReader } from '../content/contentReader.ts';
import { ContentError, faultLine, loadCheck, loadContent } from '../content/load.ts';
import { loadPage } from '../content/loadPages.ts';
import type { SourceFault } from '../files/yaml.ts';
import { CliError, exitStatus } from './command/exitStatus.ts';
import { flag, text } from './command/options.ts';
import { defineVerb } from './command/verb.ts';

/** An editor saves in several steps. */
const settledMs = 50;

export const tryVerb = defineVerb({
  name: 'try',
  about: 'judges the samples of a check again at each save of its file, or all content once',
  operands: { form: '[CHECK]', least: 0, expected: 'Expected the id of one check, or WRITEUP/CHECK' },
  options: {
    once: flag('judge once, and end'),
    paste: text('FILE', 'judge what somebody pasted into this file as well'),
  },
  notes:
    'Each fault has file, line and what to write. Ctrl-C ends it. Exit status: 0 all hold, 1 a fault, 3 usage.',
  cancels: true,
  async run({ values, operands: [name] }, { root, out, signal }) {
    if (name === undefined) {
      if (values.paste !== undefined) throw new CliError('--paste needs the check that the paste is about.');
      return judgeAll(root, out);
    }
    if (values.paste !== undefined && !existsSync(values.paste))
      throw new CliError(`--paste: there is no file ${values.paste}.`);
    const file = await fileOf(root, name);
    const turn = async () => {
      const { lines, isGood, checks } = await judgeFile(root, file);
      const { paste } = values;
      const pasted = paste === undefined ? [] : checks.flatMap((check) => pastedLines(check, paste));
      out(`${[...lines, ...pasted].join('\n')}\n`);
      return isGood;
    };
    const isGood = await turn();
    if (values.once) return isGood ? exitStatus.agrees : exitStatus.differs;
    await new Promise<void>((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      // The folder: many editors put a new file in place of the old one.
      const watcher = watch(dirname(file), (_, changed) => {
        if (changed !== basename(file)) return;
        clearTimeout(timer);
        timer = setTimeout(() => void turn(), settledMs);
      });
      const end = () => {
        watcher.close();
        clearTimeout(timer);
        resolve();
      };
      if (signal.aborted) end();
      else signal.addEventListener('abort', end, { once: true });
    });
    return exitStatus.agrees;
  },
});

async function judgeAll(root: string, out: (text: string) => void): Promise<number> {
  try {
    for (const { id, checks } of await loadContent(join(root, 'content'), 'judged')) {
      const samples = [...checks.values()].reduce((sum, { check }) => sum + check.samples.length, 0);
      out(`${id}: ${counted(checks.size, 'check')}, all ${samples} samples hold\n`);
    }
    return exitStatus.agrees;
  } catch (error) {
    if (!(error instanceof ContentError)) throw error;
    out(`${error.message}\n`);
    return exitStatus.differs;
  }
}

/** The file of a check, whatever is in it. Throws with the nearest name. */
async function fileOf(root: string, name: string): Promise<string> {
  const content = join(root, 'content');
  const [check = '', writeup] = name.split('/').toReversed();
  const files = (await readdir(content, { recursive: true })).filter((path) =>
    /^[^/]+\/checks\/[^/]+\.yaml$/.test(path),
  );
  const inWriteup = files.filter((path) => writeup === undefined || path.startsWith(`${writeup}/`));
  const named = inWriteup.filter((path) => basename(path) === `${check}.yaml`);
  const found = named.length > 0 ? named : await filesThatMake(content, inWriteup, check);
  const [one, another] = found;
  const known = files.map((path) => basename(path, '.yaml'));
  if (one === undefined) throw new CliError(`There is no check "${name}". ${suggestion(check, known)}`);
  if (another !== undefined)
    throw new CliError(
      `"${name}" is in two writeups. Write ${found.map((path) => `${path.split('/')[0]}/${check}`).join(' or ')}.`,
    );
  return join(content, one);
}

/** The files with parameters of which one combination has this id. */
async function filesThatMake(content: string, files: readonly string[], check: string): Promise<string[]> {
  const found: string[] = [];
  for (const path of files.filter((one) => check.startsWith(`${basename(one, '.yaml')}-`))) {
    const checks = await loadCheck(join(content, path), undefined, {
      ...createContentReader(String, []),
      pastes: 'trusted',
    });
    if (checks.some(({ id }) => id === check)) found.push(path);
  }
  return found;
}

/** What the paste comes to, as the page would say it: `-` what does not hold, `?` what is missing. */
function pastedLines(check: Check, file: string): readonly string[] {
  const { reading, rows } = judgePaste(readFileSync(file, 'utf8'), [check]);
  const ignored = reading.ignored.map(({ lines, why }) => `  lines ${lines.join('-')} ignored: ${why}`);
  const [row] = rows;
  if (row === undefined)
    return [`${file}: none of the commands of ${check.id} is in it, so it shows nothing.`, ...ignored];
  const { verdict, observed, findings } = row.judgement;
  return [
    `${file}: ${verdict}: ${observed}`,
    ...findings.filter(({ holds }) => !holds).map((one) => `  - ${one.message}; found ${one.observed}`),
    ...row.asks.map(
      ({ message, command }) => `  ? ${message}${command === undefined ? '' : `\n    ${command}`}`,
    ),
    ...ignored,
  ];
}

type JudgedFile = {
  readonly lines: readonly string[];
  readonly isGood: boolean;
  readonly checks: readonly Check[];
};

async function judgeFile(root: string, file: string): Promise<JudgedFile> {
  const began = performance.now();
  const faults: SourceFault[] = [];
  const reader = createContentReader((path) => relative(root, path), faults);
  const page = join(dirname(file), '..', 'index.mdx');
  const roles = existsSync(page)
    ? (await loadPage(page, writeupSchema, createContentReader(String, []), ''))?.value?.roles.map(
        ({ role }) => role,
      )
    : undefined;
  const checks = await loadCheck(file, roles, { ...reader, pastes: 'judged' });
  if (faults.length > 0) return { lines: faults.map(faultLine), isGood: false, checks: [] };
  const ms = Math.round(performance.now() - began);
  const lines = checks.map(({ id, samples }) => {
    const counts = verdictSchema.options.map(
      (verdict) => `${samples.filter((sample) => sample.verdict === verdict).length} ${verdict}`,
    );
    return `${id}: all ${samples.length} samples hold: ${counts.join(', ')} (${ms} ms)`;
  });
  return { lines, isGood: true, checks };
}
