/** Judges what a reader pasted: finds the documented commands in it, and gives what they printed to the judge. Pure and bounded. */
import type { Check, Step } from '../check/check.ts';
import type { StepResult } from '../judge/evidence.ts';
import { chooseMatches, linesOf } from './chooseMatches.ts';
import { cleanPaste } from './cleanPaste.ts';
import { formsOf, matchCommand, tidyCommand } from './matchCommand.ts';
import type { CollectedStep, PasteResult } from './paste.ts';
import { asCurl, isClient, readAsCurl } from './curlOutput.ts';
import { isHeading, readCollected } from './readCollected.ts';
import { type Found, lone, rowOf } from './pasteRow.ts';
import { problem, readStep } from './readStep.ts';
import { nameOf, parseCommand } from './shellWords.ts';
import { type Fit, splitPaste } from './splitPaste.ts';

/** The most characters that are judged for one paste, all readings of all rows together. */
const MAX_JUDGED_CHARS = 6_000_000;

/** A row for each check of which at least one step was found, or could have been. */
export function judgePaste(text: string, checks: readonly Check[]): PasteResult {
  const clean = cleanPaste(text);
  const collected = clean.lines.some((line) => isHeading(line.text)) ? readCollected(clean.lines) : undefined;
  const rest = new Set(collected?.rest.map(({ at }) => at));
  const forms = formsOf(checks);
  const programs = new Set(forms.flatMap(({ command }) => command?.program ?? []));
  const fitOf = (line: string): Fit => {
    // Nearly all lines end here.
    const isKnown = (word: string) => programs.has(nameOf(word)) || word === 'netstat' || isClient(word);
    if (!line.split(/[ /]/, 24).some(isKnown)) return 0;
    const command = asCurl(line) ?? line;
    const parsed = parseCommand(command);
    const tidied = tidyCommand(command);
    const found = forms.flatMap((form) => matchCommand(form, tidied, parsed) ?? []);
    const isWhole = (filter: string) => filter === 'same' || filter === 'apply';
    if (found.some(({ pairs, otherPath, filter }) => pairs.length === 0 && !otherPath && isWhole(filter)))
      return 2;
    return found.length > 0 ? 1 : 0;
  };
  const roles = [...new Set(checks.flatMap(({ steps }) => steps.map(({ role }) => role)))];
  const split = splitPaste(
    collected ? clean.lines.filter(({ at }) => rest.has(at)) : clean.lines,
    fitOf,
    roles,
  );
  const blocks = split.blocks.map(readAsCurl);
  const { chosen, replaced, doubts, ignored } = chooseMatches(blocks, forms);
  const named = new Set([
    ...replaced.map(({ documented }) => documented),
    ...chosen.flatMap(({ matches }) =>
      matches.flatMap(({ form, filter }) => (filter === 'apply' ? [] : form.whole.documented)),
    ),
  ]);
  // What is pasted for one check alone is about its port.
  const isNamed = (port: string) => checks.length === 1 || named.has(port);
  const found: Found[] = [
    ...chosen.flatMap(({ block, matches }) =>
      matches.map((match) => {
        const { check, step } = match.form;
        const { command, output, exit, ended } = block;
        const lines = output.map((line) => line.text);
        const isLast = block === blocks.at(-1);
        const reading =
          isLast && clean.cut !== undefined
            ? lone(problem('truncated', step, `The end of \`${step.id}\` was cut off.`))
            : readStep(
                match,
                { lines, command: parseCommand(command), text: command, exit, ended, isNamed },
                replaced,
              );
        const isExact = command === step.command;
        return {
          check: check.id,
          step: step.id,
          lines: linesOf(block),
          command: block.pasted ?? command,
          exit: reading.exit,
          reading,
          isExact,
        };
      }),
    ),
    ...(collected?.steps ?? []).flatMap((one) => foundOf(one, checks)),
  ];
  const budget = { chars: MAX_JUDGED_CHARS };
  const rows = checks.flatMap((check) => {
    const steps = new Map(found.flatMap((one) => (one.check === check.id ? [[one.step, one] as const] : [])));
    const isOfSeveral = check.every && found.filter((one) => one.check === check.id).length > steps.size;
    const doubt = isOfSeveral
      ? `The paste has what several machines with the role \`${check.every}\` printed, and is judged for one: paste that of one machine at a time.`
      : doubts.find((one) => one.check === check.id)?.message;
    if (doubt === undefined && steps.size === 0) return [];
    return rowOf(check, steps, { doubt, replaced, budget });
  });
  const cut = [clean.cut, split.cut, collected?.cut].filter((one) => one !== undefined).join(' ');
  return {
    reading: {
      took: found.map(({ check, step, lines, command, exit }) => ({ check, step, lines, command, exit })),
      replaced,
      ignored: [...split.ignored, ...ignored].sort((a, b) => a.lines[0] - b.lines[0]),
      ...(cut !== '' && { cut }),
    },
    rows,
  };
}

function foundOf(one: CollectedStep, checks: readonly Check[]): readonly Found[] {
  const step = checks.find(({ id }) => id === one.check)?.steps.find(({ id }) => id === one.step);
  if (!step || (one.role !== '' && one.role !== step.role)) return [];
  const { check, lines, command, exit } = one;
  const result = resultOf(one, step);
  // What the script did not run or show is asked for.
  const isExact = result.how === 'complete' || result.problem.kind !== 'not-pasted';
  return [{ check, step: step.id, lines, command, exit, reading: lone(result, exit), isExact }];
}

function resultOf(
  { command, end, why, exit, seconds, stdout, stderr }: CollectedStep,
  step: Step,
): StepResult {
  const { id } = step;
  if (end !== 'left-out' && command !== step.command)
    return problem('not-pasted', step, `The script ran another command for \`${id}\` than the page has now.`);
  if (end === 'complete' && exit !== undefined)
    return { how: 'complete', step: { exit, stdout, stderr, seconds: seconds ?? 0 } };
  if (end === 'overtime')
    return {
      how: 'problem',
      problem: {
        kind: 'timed-out',
        step: id,
        message: `\`${id}\` did not end within its limit of ${step.limits.seconds} s.`,
      },
    };
  if (end === 'truncated') return problem('truncated', step, `\`${id}\` printed more than the script shows.`);
  return problem('not-pasted', step, why ?? `The end of \`${id}\` is not in the paste.`);
}
