/** What a check and its programs know of the output of a step: lines with their meaning, exit statuses and numbers. */
import type { Check, Step } from '../check/check.ts';
import type { Expectation } from '../check/expectation.ts';
import { compile, compileGlob, type Pattern } from '../check/pattern.ts';
import { amount, readQuantity } from '../check/quantity.ts';
import type { CompleteStep } from '../judge/evidence.ts';
import type { Command } from './shellWords.ts';
import { type LineMeaning, tools } from './tools.ts';

export type PastedOutput = {
  readonly lines: readonly string[];
  readonly command: Command | undefined;
  readonly text: string;
  readonly exit: number | undefined;
  /** Nothing is missing at its end. */
  readonly ended: boolean;
  /** Whether the paste itself names a documented port, or what stands for it. */
  readonly isNamed: (port: string) => boolean;
};

export type Streams = {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number | undefined;
  readonly seconds: number;
  /** It ends with the last words of its program. */
  readonly isWhole: boolean;
};

export type Known = {
  readonly meanings: readonly (LineMeaning & { readonly pattern: Pattern })[];
  readonly patterns: readonly Pattern[];
  readonly errors: readonly Pattern[];
  readonly texts: readonly string[];
};

/** The lines that the check or its program knows. */
export function knownLines(check: Check, step: Step, { command, text }: PastedOutput): Known {
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

/** Each exit status that the check names for the step, and one that it does not. */
export function exitsOf(check: Check, { id }: Step): readonly number[] {
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

const inBase = (_: string, part: unknown): unknown =>
  typeof part === 'string' ? (readQuantity(part)?.value ?? part) : part;
const numbersIn = (value: unknown): readonly number[] =>
  (JSON.stringify(value, inBase).match(/(?<![\w.])\d{1,9}(?:\.\d{1,9})?(?![\w.])/g) ?? []).map(Number);

/** The text with each number that the check compares in the place of one that is not shown. */
export function filled(text: Streams, check: Check, { id }: Step): readonly Omit<CompleteStep, 'exit'>[] {
  const { stdout, stderr, seconds } = text;
  const kinds = [...new Set((stdout + stderr).match(/\ue000\w+\ue001/g) ?? [])];
  const names = Object.entries(check.values ?? {}).filter(([, value]) => value.step === id);
  const compared = expectationsOf(check).flatMap((one) =>
    one.kind === 'value' && names.some(([name]) => name === one.value) ? one.is : [],
  );
  // A very short and a very long time are both outside of these.
  const inside = compared.flatMap((is) => ('about' in is ? is.about : 'between' in is ? is.between : []));
  const named = [
    ...compared.flatMap(numbersIn),
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
        ? ['0.000037', '86400.000037', ...inside.map((one) => `${amount(one)}`)]
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
