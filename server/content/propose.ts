/** The change to a check that makes the page say what was observed, as a unified diff for its author. Nothing is written. */
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { createTwoFilesPatch } from 'diff';
import { Composer, CST, isScalar, parse, Parser } from 'yaml';
import { type Check, checkSchema } from '../../src/core/check/check.ts';
import type { Scalar } from '../../src/core/check/compareValue.ts';
import { lint } from '../../src/core/check/lint.ts';
import { variantText } from '../../src/core/check/parameters.ts';
import { type RunRecord, textOf } from '../../src/core/run/record.ts';
import { judgeSamples } from '../../src/core/judge/samples.ts';
import { judgePasteSamples } from '../../src/core/paste/pasteSamples.ts';
import type { LoadedCheck, LoadedWriteup } from './load.ts';
import { readYaml } from '../files/yaml.ts';
import type { StepResult } from '../../src/core/judge/evidence.ts';
import { evidenceOf } from '../../src/core/judge/judge.ts';
import type { Comparison, Expectation } from '../../src/core/check/expectation.ts';
import {
  type Evidence,
  type ExpectationResult,
  evaluateExpectation,
} from '../../src/core/judge/evaluateExpectation.ts';
import { toLines } from '../../src/core/judge/lines.ts';
import { never } from '../../src/core/vocabulary.ts';

/**
 * From the record of a run of the present version of the check. Expressions, globs, ranges and comments stay as they are. `diff` is for
 * `git apply` in the project's root, and empty without a change; `message` says what it changes, what it leaves, and what the author has to
 * do: one sentence a line.
 */
export function proposeChange(
  { file: page }: Pick<LoadedWriteup, 'file'>,
  { check, hash, file }: LoadedCheck,
  run: RunRecord,
) {
  const nothing = (message: string) => ({ file, diff: '', message });
  const { judgement, header } = run.view;
  if (judgement === undefined) return nothing('This run was not judged, so there is nothing to propose.');
  if (header.checkHash !== hash)
    return nothing('The check has changed since this run. Run it again, and propose from the new run.');
  if (header.members !== undefined)
    return nothing(
      `This run is of ${header.members.machines.length} machines, and a change is proposed from one: change the page by hand, or run the check where one machine plays \`${header.members.role}\`.`,
    );
  if (judgement.verdict === 'agrees')
    return nothing('The page says what was observed: there is nothing to change.');
  if (judgement.verdict === 'inconclusive')
    return nothing(
      `This run concluded nothing (${judgement.observed}), so it is no reason to change the page. Run the check again.`,
    );
  if (check.variant)
    return nothing(
      `${file} makes other checks than ${check.id} too, by its parameters, so change it by hand: for ${variantText(check.variant)} the documented value is "${check.documented.value}", and "${judgement.observed}" was observed.`,
    );
  const { changes, byHand } = literalsOf(check, recordedEvidence(check, run));
  const documented = documentedOf(check, judgement.observed);
  const before = readFileSync(join(dirname(page), 'checks', basename(file)), 'utf8');
  const after = withLiterals(before, [...documented.changes, ...changes]);
  return {
    file,
    diff: createTwoFilesPatch(`a/${file}`, `b/${file}`, before, after, undefined, undefined, { context: 3 })
      .split('\n')
      .filter((line) => !/^=+$/.test(line))
      .join('\n'),
    message: [
      `The documented result becomes "${judgement.observed}"; ${changes.length} literal ${changes.length === 1 ? 'expectation changes' : 'expectations change'}, and no expression does.`,
      ...documented.message,
      ...byHand.map((one) => `Change this by hand, because it is no literal: ${one}.`),
      ...faultsOf(after, file),
      'Read the text of the writeup too: it still says what was documented.',
    ].join('\n'),
  };
}

/** The cells of the table. The value is replaced in its place, so that the words around it stay. */
function documentedOf({ documented }: Check, observed: string): { changes: Literal[]; message: string[] } {
  const { value, result } = documented;
  if (observed === value) return { changes: [], message: [] };
  const around = result.includes(value);
  const changes = [
    { path: ['documented', 'result'], value: around ? result.replace(value, () => observed) : observed },
    { path: ['documented', 'value'], value: observed },
  ];
  const message = around
    ? /[✅❌]/u.test(result)
      ? [`Check the sign in the documented cell (${result}) by hand.`]
      : []
    : [`The documented cell did not have "${value}" in it, so it was replaced as a whole; it was: ${result}`];
  return { changes, message };
}

/** The file with these scalars in place of the present ones; every other byte stays, comments and blanks too. */
export function withLiterals(text: string, literals: readonly Literal[]): string {
  const tokens = [...new Parser().parse(text)];
  const [document] = [...new Composer({ keepSourceTokens: true, schema: 'core' }).compose(tokens)];
  for (const { path, value } of literals) {
    const node = document?.getIn(path, true);
    if (!isScalar(node) || node.srcToken === undefined)
      throw new Error(`expected a scalar at ${path.join('.')}`);
    write(node.srcToken, value);
  }
  return tokens.map((token) => CST.stringify(token)).join('');
}

/** Bare where that gives the same value, otherwise in single quotes. What is right within braces is right everywhere. */
function write(token: CST.Token, value: Scalar): void {
  const text = String(value);
  const bare = typeof value === 'number' || isBare(text);
  CST.setScalarValue(token, text, { inFlow: true, type: bare ? 'PLAIN' : 'QUOTE_SINGLE' });
}

function isBare(text: string): boolean {
  try {
    const parsed: unknown = parse(`[${text}]`, { schema: 'core' });
    const isAlone = parse(text, { schema: 'core' }) === text;
    return isAlone && Array.isArray(parsed) && parsed.length === 1 && parsed[0] === text;
  } catch {
    return false;
  }
}

/** What the content loader would say of the changed file. */
function faultsOf(text: string, file: string): string[] {
  const { value: check, faults } = readYaml(text, file, checkSchema);
  if (!check) return faults.map(({ line, message }) => `Mend by hand, line ${line}: ${message}.`);
  const found = lint(check);
  return (found.length > 0 ? found : [...judgeSamples(check), ...judgePasteSamples(check)]).map(
    ({ path, message }) => `Mend by hand before the content builds, ${path.join('.')}: ${message}.`,
  );
}

export type Literal = { readonly path: readonly (string | number)[]; readonly value: Scalar };

/** The evidence of a record, as the judge had it. A step whose output is not there in full is left out. */
export function recordedEvidence(check: Check, { view, output }: RunRecord): Evidence {
  const results = new Map<string, StepResult>();
  for (const step of view.steps) {
    if (step.state !== 'ended' || step.ended.how !== 'complete') continue;
    const own = output.get(step.step) ?? { head: [], beyond: 0, tail: [] };
    if (own.beyond > 0) continue;
    const { exit } = step.ended;
    const [stdout, stderr] = [textOf(own, 'stdout'), textOf(own, 'stderr')];
    results.set(step.step, { how: 'complete', step: { exit, stdout, stderr, seconds: step.seconds } });
  }
  return evidenceOf(check, results);
}

/** `byHand`: expectations that do not hold and have no literal to change, in words. */
function literalsOf(check: Check, evidence: Evidence) {
  const changes: Literal[] = [];
  const byHand: string[] = [];
  for (const [index, expectation] of check.expect.entries()) {
    const held = evaluateExpectation(expectation, evidence);
    if (held.holds === true) continue;
    const found = held.holds === 'unreadable' ? undefined : literalOf(expectation, held, evidence);
    if (found === undefined) byHand.push(`expect.${index} (${held.message}; found: ${held.observed})`);
    else changes.push({ path: ['expect', index, ...found.path], value: found.value });
  }
  return { changes, byHand };
}

function literalOf(
  expectation: Expectation,
  held: ExpectationResult,
  evidence: Evidence,
): Literal | undefined {
  const { kind } = expectation;
  switch (kind) {
    case 'exit':
      return equal(expectation.is, evidence.steps.get(expectation.step)?.exit);
    case 'value': {
      const reading = evidence.values.get(expectation.value);
      return reading?.read === true ? equal(expectation.is, reading.value) : undefined;
    }
    case 'contains': {
      const [line, ...more] = toLines(evidence.steps.get(expectation.step)?.[expectation.stream] ?? '');
      // Of several lines it is unclear which one is meant.
      return line === undefined || line === '' || more.length > 0
        ? undefined
        : { path: ['text'], value: line };
    }
    case 'lines': {
      const [, place, line] = /^line (\d+): (.*)$/s.exec(held.observed) ?? [];
      const index = Number(place) - 1;
      const fixed = expectation.lines.every((one) => !('rest' in one) && (one.times ?? 'once') === 'once');
      const pattern = expectation.lines[index];
      if (!fixed || line === undefined || pattern === undefined || !('literal' in pattern)) return undefined;
      return { path: ['lines', index, 'literal'], value: line };
    }
    case 'same':
    case 'empty':
    case 'absent':
    case 'set':
    case 'set-equals':
    case 'time':
      return undefined;
    default:
      return never(kind);
  }
}

/** A value of another type than the documented one is a decision, not a change of a literal. */
function equal(is: Comparison, value: Scalar | undefined): Literal | undefined {
  return 'eq' in is && value !== undefined && typeof value === typeof is.eq
    ? { path: ['is', 'eq'], value }
    : undefined;
}
