/** From the lines of a paste to what a step may have printed: one reading where all is shown, several where something is not. */
import type { Check, Step } from '../check/check.ts';
import type { Expectation } from '../check/expectation.ts';
import { compile, compileGlob, type Pattern } from '../check/pattern.ts';
import type { CompleteStep, StepResult } from '../judge/evidence.ts';
import { followPath } from '../judge/values.ts';
import type { Stream } from '../vocabulary.ts';
import { unglue, writeOut } from './curlOutput.ts';
import type { Match } from './matchCommand.ts';
import type { Replacement } from './paste.ts';
import { type Command, parseCommand } from './shellWords.ts';
import { type LineMeaning, tools } from './tools.ts';

/** What a step may have been. More than one: `open` says what the paste does not show. */
export type StepReading = {
  readonly results: readonly StepResult[];
  readonly exit: number | undefined;
  readonly open: readonly ('exit' | 'lines' | 'end' | 'number')[];
};
export type PastedOutput = {
  readonly lines: readonly string[];
  readonly command: Command | undefined;
  readonly text: string;
  readonly exit: number | undefined;
  /** Nothing is missing at its end. */
  readonly ended: boolean;
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
  const known = meaningsOf(check, step, pasted);
  const swapped = swap(pasted.lines, replaced);
  const whole = joinWrapped(unglue(step, swapped), known.patterns);
  const all = streamsOf(match, pasted, whole, known, false);
  const clear = streamsOf(match, pasted, whole, known, true);
  const isSame = all.stdout === clear.stdout && all.stderr === clear.stderr;
  const exit = pasted.exit ?? clear.exit;
  const exits = exit === undefined ? exitsOf(check, step) : [exit];
  const later = pasted.ended || pasted.exit !== undefined ? [] : continuations(check, step, clear);
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
function continuations(check: Check, { id }: Step, clear: Streams): readonly Streams[] {
  const samples = check.samples.flatMap(({ steps }) => steps[id]?.stdout ?? []);
  const lines = [...new Set(samples.flatMap((text) => text.split('\n')))].filter(
    (line) => line.trim() !== '',
  );
  const own = clear.stdout.trimEnd();
  const [last = ''] = own.split('\n').slice(-1);
  const isCut = (line: string) => last.length > 3 && line.startsWith(last) && line.trimEnd() !== last;
  const longer = lines.filter(isCut).map((line) => `${own.slice(0, own.length - last.length)}${line}\n`);
  const more = clear.isWhole ? [] : lines.map((line) => `${clear.stdout}${line}\n`);
  return [...longer, ...more].slice(0, MAX_CONTINUATIONS).map((stdout) => ({ ...clear, stdout }));
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
    String.raw`(?<![\d.])(?:${any(hosts)})(?!\d|\.\d{1,3}(?![\d]))|(?<=[\]\w*.:][:/]|\bport |\d\.\d{1,3}\.\d{1,3}\.\d{1,3}\.|:::)(?:${any(ports)})(?!\d)`,
    'g',
  );
  return lines.map((line) => line.replace(pattern, (found) => names.get(found) ?? found));
}

type Known = {
  readonly meanings: readonly (LineMeaning & { readonly pattern: Pattern })[];
  readonly patterns: readonly Pattern[];
  readonly errors: readonly Pattern[];
  readonly texts: readonly string[];
};

/** The lines that the check or its program knows. */
function meaningsOf(check: Check, step: Step, { command, text }: PastedOutput): Known {
  const own = (check.pasted ?? []).flatMap((one) => ('line' in one && one.step === step.id ? one : []));
  const echoed = /&& echo (\w+)['"]?$/.exec(text)?.[1];
  const all: readonly LineMeaning[] = [
    ...own,
    ...(echoed === undefined ? [] : [{ line: echoed, stream: 'stdout' as const, exit: '0' }]),
    ...(tools[command?.program ?? '']?.lines ?? []),
    { line: '(?:-?(?:ba|z|da)?sh: |sudo: |timeout: |env: ).*', stream: 'stderr' },
  ];
  const sources = [
    ...Object.values(check.values ?? {}).flatMap((value) =>
      'regex' in value && value.step === step.id
        ? { stream: value.stream, pattern: compile(value.regex) }
        : [],
    ),
    ...expectationsOf(check).flatMap((one) =>
      one.kind === 'lines' && one.step === step.id
        ? one.lines
            .flatMap((line) => ({ stream: one.stream, pattern: patternOf(line) ?? [] }))
            .flatMap(({ stream, pattern }) => ('matches' in pattern ? { stream, pattern } : []))
        : [],
    ),
  ];
  // What accepts any line does not know it.
  const specific = sources.filter(({ pattern }) => !pattern.matches('~ ~'));
  return {
    meanings: all.map((one) => ({ ...one, pattern: compile(one.line) })),
    patterns: specific.map(({ pattern }) => pattern),
    errors: specific.flatMap(({ stream, pattern }) => (stream === 'stderr' ? pattern : [])),
    texts: expectationsOf(check).flatMap((one) => ('text' in one && one.step === step.id ? one.text : [])),
  };
}

const expectationsOf = (check: Check): readonly Expectation[] => [
  ...(check.controls ?? []).map(({ holds }) => holds),
  ...check.expect,
  ...check.outcomes.flatMap(({ when }) => when),
];

function patternOf(line: Extract<Expectation, { kind: 'lines' }>['lines'][number]): Pattern | undefined {
  if ('rest' in line) return undefined;
  if ('regex' in line) return compile(line.regex);
  return compileGlob('glob' in line ? line.glob : line.literal);
}

/** Joins a line with the next one where only both together are a line that the check looks for. */
function joinWrapped(lines: readonly string[], patterns: readonly Pattern[]): readonly string[] {
  const joined: string[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const [line = '', next = ''] = [lines[at], lines[at + 1]];
    const whole =
      line.length < 20 || next === ''
        ? undefined
        : [line + next, `${line} ${next}`].find((both) =>
            patterns.some(({ matches }) => matches(both) && !matches(line) && !matches(next)),
          );
    joined.push(whole ?? line);
    if (whole !== undefined) at += 1;
  }
  return joined;
}

type Streams = {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number | undefined;
  readonly seconds: number;
  /** It ends with the last words of its program. */
  readonly isWhole: boolean;
};

/** Tells the streams apart. `isClear`: without the lines that neither the check nor its program knows. */
function streamsOf(
  match: Match,
  pasted: PastedOutput,
  lines: readonly string[],
  known: Known,
  isClear: boolean,
): Streams {
  const { check, step } = match.form;
  const documented = parseCommand(step.command);
  const { command } = pasted;
  const out: string[] = [];
  const err: string[] = [];
  let exit: number | undefined;
  const isDropped = documented?.program === 'curl' && documented.options.get('-o') === '/dev/null';
  let isAnswered = false;
  let isWhole = false;
  for (const line of lines) {
    const meaning = known.meanings.find(({ pattern }) => pattern.matches(line));
    const json = jsonStream(check, step, line);
    const isError = known.errors.some(({ matches }) => matches(line));
    const groups = meaning?.pattern.groups(line) ?? [];
    const fill = (text: string) =>
      text.replace(/\$(\d)/g, (_, group: string) => groups[Number(group) - 1] ?? '');
    if (meaning?.exit !== undefined) exit = Number(fill(meaning.exit));
    isWhole ||= meaning?.exit !== undefined && !meaning.goesOn;
    if (json) (json === 'stdout' ? out : err).push(line);
    else if (meaning) {
      const instead = meaning.stdout === undefined ? undefined : fill(meaning.stdout);
      if (instead !== undefined && instead !== out.at(-1)) out.push(instead);
      if (meaning.stderr !== undefined) err.push(fill(meaning.stderr));
      if (meaning.stream === 'stderr' || isError) err.push(line);
      else if (meaning.stream === 'stdout') out.push(line);
      isAnswered ||= /^< HTTP/.test(line);
    } else if (isError || line.startsWith(`${command?.program}: `)) err.push(line);
    else if (
      known.patterns.some(({ matches }) => matches(line)) ||
      known.texts.some((text) => line.includes(text))
    )
      out.push(line);
    else if (isDropped) isAnswered = true;
    else if (!isClear && line.trim() !== '') out.push(line);
  }
  if (command?.program === 'curl' && documented) {
    const isLoud = !command.options.has('-s') || command.options.has('-S') || command.options.has('-v');
    // It says an error unless it is silent: an answer without one is an answer to its end.
    if (exit === undefined && isLoud && pasted.ended && (isAnswered || out.length > 0)) exit = 0;
    const { otherPath } = match;
    const said = writeOut(documented, command, lines, { exit: pasted.exit ?? exit, otherPath });
    // The documented command is less talkative.
    if (!documented.options.has('-v')) remove(err, /^(?:[*<>]|[{}] \[)/);
    if (documented.options.has('-s') && !documented.options.has('-S')) remove(err, /^curl: /);
    // Its facts are open until it has ended, so nothing can follow it.
    if (said) isWhole = true;
    if (said) (said.stream === 'stdout' ? out : err).push(said.line);
  }
  if (match.filter === 'apply') {
    const word = documented?.filter?.words[0] ?? '';
    remove(
      out,
      documented?.filter?.options.has('-w')
        ? new RegExp(`^(?!.*(?<!\\w)${word}(?!\\w))`)
        : new RegExp(`^(?!.*${word})`),
    );
    if (out.length > 0 || exit === 0) exit = out.length > 0 ? 0 : 1;
  } else if (command?.filter?.program === 'grep')
    // It ends with 1 where it finds nothing, and says an error.
    exit = out.length > 0 ? 0 : pasted.ended && lines.length === 0 ? 1 : undefined;
  const end = (list: readonly string[]) => list.map((line) => `${line}\n`).join('');
  const both = step.command.includes('2>&1')
    ? { stdout: end([...out, ...err]), stderr: '' }
    : { stdout: end(out), stderr: end(err) };
  return { ...both, exit, seconds: 0, isWhole };
}

function remove(lines: string[], pattern: RegExp): void {
  lines.splice(0, lines.length, ...lines.filter((line) => !pattern.test(line)));
}

/** Where a line of JSON belongs that has a value of the check. */
function jsonStream(check: Check, { id }: Step, line: string): Stream | undefined {
  if (!/^[[{].*[\]}]$/.test(line)) return undefined;
  try {
    const json: unknown = JSON.parse(line);
    for (const value of Object.values(check.values ?? {}))
      if (value.from === 'json' && value.step === id && followPath(json, value.path) !== undefined)
        return value.stream;
  } catch {
    // A line that only looks like JSON.
  }
  return undefined;
}

/** Each exit status that the check names for the step, and one that it does not. */
function exitsOf(check: Check, { id }: Step): readonly number[] {
  const values = Object.entries(check.values ?? {}).flatMap(([name, value]) =>
    value.from === 'exit' && value.step === id ? name : [],
  );
  const named = expectationsOf(check).flatMap((one) =>
    (one.kind === 'exit' && one.step === id) || (one.kind === 'value' && values.includes(one.value))
      ? numbersIn(one)
      : [],
  );
  const other = [3, 4, 5, 8, 9, 10, 11].find((exit) => !named.includes(exit)) ?? 99;
  return [...new Set([...named, other])];
}

const numbersIn = (value: unknown): readonly number[] =>
  (JSON.stringify(value).match(/(?<![\w.])\d{1,9}(?:\.\d{1,9})?(?![\w.])/g) ?? []).map(Number);

/** The text with each number that the check compares in the place of one that is not shown. */
function filled(text: Streams, check: Check, { id }: Step): readonly Omit<CompleteStep, 'exit'>[] {
  const { stdout, stderr, seconds } = text;
  const kinds = [...new Set((stdout + stderr).match(/\ue000\w+\ue001/g) ?? [])];
  const names = Object.entries(check.values ?? {}).filter(([, value]) => value.step === id);
  const named = [
    ...expectationsOf(check).flatMap((one) =>
      one.kind === 'value' && names.some(([name]) => name === one.value) ? numbersIn(one.is) : [],
    ),
    ...names.flatMap(([, value]) =>
      'regex' in value
        ? numbersIn(value.regex.replace(/\d+(?:\\\.\d+)+|\\[a-z.]|\+/g, ' ')).filter((one) => one > 99)
        : [],
    ),
  ].filter(Number.isInteger);
  const candidates = (kind: string) =>
    kind.includes('code')
      ? [...new Set(['000', '404', ...named.filter((one) => one >= 100 && one < 600).map(String)])]
      : kind.includes('seconds')
        ? ['0.000037', '86400.000037']
        : [...new Set(['0', '1', '99991', ...named.map(String)])].slice(0, 12);
  return kinds.reduce<readonly Omit<CompleteStep, 'exit'>[]>(
    (all, kind) =>
      all.flatMap((one) =>
        candidates(kind).map((value) => ({
          ...one,
          stdout: one.stdout.replaceAll(kind, value),
          stderr: one.stderr.replaceAll(kind, value),
        })),
      ),
    [{ stdout, stderr, seconds }],
  );
}
