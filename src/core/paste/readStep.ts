/** From the lines of a paste to what a step may have printed: one reading where all is shown, several where something is not. */
import type { Check, Step } from '../check/check.ts';
import type { StepResult } from '../judge/evidence.ts';
import { exitsOf, filled, type Known, knownLines, type PastedOutput, type Streams } from './knownLines.ts';
import { unglue } from './curlOutput.ts';
import type { Match } from './matchCommand.ts';
import type { Replacement } from './paste.ts';
import { joinWrapped, separateStreams } from './separateStreams.ts';

/** What a step may have been. More than one: `open` says what the paste does not show. */
export type StepReading = {
  readonly results: readonly StepResult[];
  readonly exit: number | undefined;
  readonly open: readonly ('exit' | 'lines' | 'end' | 'number')[];
};
const MAX_CONTINUATIONS = 30;

export function readStep(match: Match, pasted: PastedOutput, replaced: readonly Replacement[]): StepReading {
  const { check, step } = match.form;
  const size = pasted.lines.reduce((sum, line) => sum + line.length + 1, 0);
  if (size > step.limits.bytes || match.filter === 'partial') {
    const message =
      match.filter === 'partial'
        ? `Another program took lines out of what \`${step.id}\` printed, so what is missing cannot be judged.`
        : `\`${step.id}\` has more than its limit of ${step.limits.bytes} bytes, so it was not read.`;
    return { results: [problem('truncated', step, message)], exit: undefined, open: [] };
  }
  const swapped = swap(pasted.lines, replaced);
  const word = match.form.command?.filter?.words[0] ?? '';
  // Whose port is not on a list, and nowhere else in the paste, may be another one.
  if (match.filter === 'apply' && !pasted.isNamed(word) && !swapped.some((line) => line.includes(word))) {
    const message = `No line below \`${step.id}\` has ${word}, and no other command names the port that is meant.`;
    return { results: [problem('not-pasted', step, message)], exit: undefined, open: [] };
  }
  const known = knownLines(check, step, pasted);
  const whole = joinWrapped(unglue(step, swapped), known.patterns);
  const all = separateStreams(match, pasted, whole, known, false);
  const clear = separateStreams(match, pasted, whole, known, true);
  const isSame = all.stdout === clear.stdout && all.stderr === clear.stderr;
  const exit = pasted.exit ?? clear.exit;
  const exits = exit === undefined ? exitsOf(check, step) : [exit];
  const later = pasted.ended || pasted.exit !== undefined ? [] : continuations(check, step, clear, known);
  const texts = [clear, ...(isSame ? [] : [all]), ...later].flatMap((one) => filled(one, check, step));
  return {
    exit,
    open: [
      ...(exit === undefined ? (['exit'] as const) : []),
      ...(isSame ? [] : (['lines'] as const)),
      ...(later.length > 0 ? (['end'] as const) : []),
      ...(/\ue000/.test(clear.stdout + clear.stderr) ? (['number'] as const) : []),
    ],
    results: texts.flatMap((text) =>
      exits.map((one) => ({ how: 'complete' as const, step: { ...text, exit: one } })),
    ),
  };
}

/** How an output may have gone on that is not known to be whole: as the samples of the check do. */
function continuations(check: Check, { id }: Step, clear: Streams, { patterns }: Known): readonly Streams[] {
  const later = (['stdout', 'stderr'] as const).flatMap((stream) => {
    const samples = check.samples.flatMap(({ steps }) => steps[id]?.[stream]?.split('\n') ?? []);
    const lines = [...new Set(samples)].filter((line) => patterns.some(({ matches }) => matches(line)));
    const own = clear[stream].trimEnd();
    const [last = ''] = own.split('\n').slice(-1);
    const isCut = (line: string) => last.length > 3 && line.startsWith(last) && line.trimEnd() !== last;
    const longer = lines.filter(isCut).map((line) => `${own.slice(0, own.length - last.length)}${line}\n`);
    const more = clear.isWhole || stream === 'stderr' ? [] : lines.map((line) => `${clear.stdout}${line}\n`);
    return [...longer, ...more].map((text) => ({ ...clear, [stream]: text }));
  });
  return later.slice(0, MAX_CONTINUATIONS);
}

export const problem = (
  kind: 'not-pasted' | 'truncated',
  { id }: Pick<Step, 'id'>,
  message: string,
): StepResult => ({
  how: 'problem',
  problem: { kind, step: id, message },
});

/** The pasted address or port becomes the documented one, and the documented one, should it be there too, the pasted one. */
function swap(lines: readonly string[], replaced: readonly Replacement[]): readonly string[] {
  const names = new Map(
    replaced.flatMap(({ pasted, documented }) => [
      [pasted, documented],
      [documented, pasted],
    ]),
  );
  if (names.size === 0) return lines;
  const hosts = [...names.keys()]
    .filter((name) => name.includes('.'))
    .map((name) => name.replaceAll('.', '\\.'));
  const ports = [...names.keys()].filter((name) => !name.includes('.'));
  const any = (list: readonly string[]) => list.join('|') || '(?!)';
  const pattern = new RegExp(
    String.raw`(?<![\d.])(?:${any(hosts)})(?!\d)|(?<=[\]\w*.:][:/]|\b[ds]?port |\d\.\d{1,3}\.\d{1,3}\.\d{1,3}\.|:::)(?:${any(ports)})(?!\d)`,
    'g',
  );
  return lines.map((line) => line.replace(pattern, (found) => names.get(found) ?? found));
}
