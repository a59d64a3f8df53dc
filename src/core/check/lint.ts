/** Faults in a check that its schema cannot see: names that lead nowhere, and comparisons that could not fail. */
import { additionFaults, commandFaults, leaks, inputFaults } from './commandFaults.ts';
import type { Check, ValueSource } from './check.ts';
import { claimsNothing, JUDGED_BYTES, judgedStreams, stepsNamedBy, valuesIn } from './namedSteps.ts';
import type { Expectation } from './expectation.ts';
import {
  duplicateNames,
  fault,
  type Fault,
  faultsAt,
  faultUnless,
  type Path,
  unknownNames,
} from './fault.ts';
import { memberFaults } from './members.ts';
import { compile, compileGlob, MAX_INSTRUCTIONS } from './pattern.ts';
import { unwrittenFaults } from './unwritten.ts';
import { quantityFaults, unitFaults } from './quantityFaults.ts';
import { repeatFaults } from './repeatFaults.ts';
import { wrapperFaults } from './wrapper.ts';

/** All faults of one check; an empty list is a sound check. */
export function lint(check: Check): readonly Fault[] {
  const values = new Map(Object.entries(check.values ?? {}));
  const controls = check.controls ?? [];
  const steps = check.steps.map(({ id }) => id);
  const expectations: readonly (readonly [Path, Expectation])[] = [
    ...controls.map(({ holds }, index) => [['controls', index, 'holds'], holds] as const),
    ...check.expect.map((one, index) => [['expect', index], one] as const),
    ...check.outcomes.flatMap(({ when }, index) =>
      when.map((one, part) => [['outcomes', index, 'when', part], one] as const),
    ),
  ];
  return [
    ...stepFaults(check),
    ...[...values].flatMap(([name, source]) => [
      ...unknownNames(['values', name, 'step'], 'the id of a step', [source.step], steps),
      ...('regex' in source ? regexFaults(['values', name, 'regex'], source.regex) : []),
      ...wordingFaults(['values', name], source, check.steps),
      ...unitFaults(['values', name], source),
    ]),
    ...expectations.flatMap(([path, one]) => faultsAt(path, expectationFaults(one, steps, values))),
    ...(check.pasted ?? []).flatMap((one, index) => [
      ...unknownNames(['pasted', index, 'step'], 'the id of a step', [one.step], steps),
      ...('line' in one ? regexFaults(['pasted', index, 'line'], one.line) : []),
    ]),
    ...missingControls(check, values),
    ...templateFaults(check),
    ...duplicates('steps', 'id', steps),
    ...duplicates(
      'outcomes',
      'id',
      check.outcomes.map(({ id }, index) => id ?? `${index}`),
    ),
    ...check.outcomes.flatMap(({ forCauses = [] }, index) =>
      unknownNames(
        ['outcomes', index, 'forCauses'],
        'the id of an outcome',
        [forCauses].flat(),
        check.outcomes.flatMap(({ id = [] }) => id),
      ),
    ),
    ...duplicates(
      'samples',
      'name',
      check.samples.map(({ name }) => name),
    ),
    ...sampleFaults(check, steps),
    ...unwrittenFaults(check),
    ...repeatFaults(check),
    ...memberFaults(check),
  ];
}

const duplicates = (list: string, key: string, names: readonly string[]): Fault[] =>
  duplicateNames(list, names, (index) => [list, index, key]);

function stepFaults(check: Check): Fault[] {
  const extracted = new Set<string>();
  return check.steps.flatMap((step, index) => {
    const faults = [
      ...inputFaults(step, extracted),
      ...additionFaults(step),
      ...wrapperFaults(step),
      ...faultUnless(
        step.limits.bytes <= JUDGED_BYTES || judgedStreams(check, step.id).size === 0,
        ['limits', 'bytes'],
        `expected at most ${JUDGED_BYTES} where output is judged, found ${step.limits.bytes}: let the command print less`,
      ),
      ...[...commandFaults(step), ...leaks(step)].map((message) => fault(['command'], message)),
    ];
    if (step.runs === 'foreground') {
      for (const name of Object.keys(step.extracts ?? {})) extracted.add(name);
      return faultsAt(['steps', index], faults);
    }
    const later = check.steps.slice(index + 1);
    const secret = later.find((one) => one.runs === 'foreground' && one.extracts);
    const unmasked = `this runs while "${secret?.id}" gets a secret, which cannot be masked here before it is known: let "${secret?.id}" come first`;
    faults.push(...faultUnless(secret === undefined, ['runs'], unmasked));
    if (later.length === 0)
      faults.push(fault([], 'a step that runs in the background needs a step after it'));
    faults.push(...regexFaults(['ready', 'regex'], step.ready.regex));
    if (step.until) faults.push(...regexFaults(['until', 'regex'], step.until.regex));
    const wrongEffect = `a check with a step that runs in the background has the effect capture, found ${check.effect}`;
    return [
      ...faultsAt(['steps', index], faults),
      ...faultUnless(check.effect === 'capture', ['effect'], wrongEffect),
    ];
  });
}

/** Two words with a blank between them are a sentence, and a keyword or a column is not. */
const SENTENCE = /[A-Za-z]{2,} [A-Za-z]{2,}/;

function wordingFaults(path: Path, source: ValueSource, steps: Check['steps']): Fault[] {
  const prose = 'regex' in source ? SENTENCE.exec(source.regex.replaceAll('?', ''))?.[0] : undefined;
  if (prose === undefined || steps.some(({ id, wording }) => id === source.step && wording)) return [];
  const message = `"${prose}" is a sentence of the tool, and another release may word it otherwise: read an exit status, a number or a documented format, or write at the step, in \`wording\`, why there is none`;
  return [fault(path, message)];
}

function regexFaults(path: Path, source: string): readonly Fault[] {
  try {
    const pattern = compile(source);
    const tooLarge = `the expression ${source} comes to ${pattern.size} instructions of at most ${MAX_INSTRUCTIONS}: take a count out of the other`;
    if (pattern.size > MAX_INSTRUCTIONS) return [fault(path, tooLarge)];
    const empty = `the expression ${source} also matches an empty line: say what must be there`;
    return faultUnless(!pattern.matches(''), path, empty);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return [fault(path, `not an RE2 expression: ${source}: ${why}`)];
  }
}

/** Paths start at the expectation. */
function expectationFaults(
  expectation: Expectation,
  steps: readonly string[],
  values: ReadonlyMap<string, ValueSource>,
): Fault[] {
  const faults = valuesIn(expectation).flatMap((name) =>
    unknownNames([], 'a named value', [name], values.keys()),
  );
  if ('step' in expectation)
    faults.push(...unknownNames(['step'], 'the id of a step', [expectation.step], steps));
  faults.push(...quantityFaults(expectation, values));
  if ('is' in expectation && 'matches' in expectation.is)
    faults.push(...regexFaults(['is', 'matches'], expectation.is.matches));
  const inNumber =
    'a text that begins or ends with a digit is also found in a longer number (0 packets in 10 packets): read a named value, and compare that';
  if ('text' in expectation)
    faults.push(...faultUnless(!/^\d|\d$/.test(expectation.text), ['text'], inNumber));
  if (expectation.kind !== 'lines') return faults;
  for (const [index, line] of expectation.lines.entries())
    if ('regex' in line) faults.push(...regexFaults(['lines', index, 'regex'], line.regex));
    else if ('glob' in line && compileGlob(line.glob).matches('')) {
      const empty = `the glob ${line.glob} also matches an empty line: say what must be there`;
      faults.push(fault(['lines', index, 'glob'], empty));
    }
  if (expectation.lines.every((line) => 'rest' in line))
    faults.push(fault(['lines'], 'lines of nothing but rest match anything'));
  return faults;
}

/** Claims that nothing happened, without a control on the same step that nothing would not meet as well. */
function missingControls(check: Check, values: ReadonlyMap<string, ValueSource>): Fault[] {
  const stepsOf = (one: Expectation) => stepsNamedBy(one, check.values);
  const controlled = new Set(
    (check.controls ?? []).flatMap(({ holds }) => (claimsNothing(holds, values) ? [] : stepsOf(holds))),
  );
  return check.expect.flatMap((one, index) =>
    faultUnless(
      !claimsNothing(one, values) || stepsOf(one).every((step) => controlled.has(step)),
      ['expect', index],
      'this claims that nothing happened, which a broken instrument also says: add a control on the same step',
    ),
  );
}

/** A `{name}` in a text for readers that no value fills. Where nothing was concluded, no value is known. */
function templateFaults({ outcomes, otherwise, values }: Check): Fault[] {
  const known = Object.keys(values ?? {}).join(', ') || 'none';
  const texts = [
    ...outcomes.map((text, index) => ({ at: ['outcomes', index], ...text })),
    { at: ['otherwise', 'agrees'], ...otherwise.agrees },
    { at: ['otherwise', 'differs'], ...otherwise.differs },
  ];
  const namesIn = (text: string) => [...text.matchAll(/\{([a-z][a-z0-9-]*)\}/g)].map(([, name = '']) => name);
  const unknown = (path: Path, text: string) =>
    namesIn(text)
      .filter((name) => values?.[name] === undefined)
      .map((name) => fault(path, `{${name}} in "${text}" is not a named value (${known})`));
  return [
    ...texts.flatMap(({ at, observed, means }) => [
      ...unknown([...at, 'observed'], observed),
      ...unknown([...at, 'means'], means),
    ]),
    ...namesIn(otherwise.inconclusive.means).map((name) =>
      fault(
        ['otherwise', 'inconclusive', 'means'],
        `{${name}} cannot be filled in here: where nothing was concluded, no value is known`,
      ),
    ),
  ];
}

/** So that a release which nobody has tried cannot turn a row unnoticed. */
const RELEASES = 3;

function sampleFaults({ samples, steps: own }: Check, steps: readonly string[]): Fault[] {
  const names = samples.map(({ name }) => name);
  const agreeing = samples.filter(({ verdict }) => verdict === 'agrees').length;
  const faults = samples.flatMap((sample, index) => [
    ...Object.keys(sample.steps).flatMap((step) =>
      unknownNames(['samples', index, 'steps', step], 'the id of a step', [step], steps),
    ),
    ...unknownNames(['samples', index, 'like'], 'the name of a sample', [sample.like], names),
  ]);
  const releases = new Set(samples.flatMap(({ release }) => release ?? [])).size;
  const worded = own.find(({ wording }) => wording !== undefined);
  const unproved = `step "${worded?.id}" reads the wording of a tool: expected samples of ${RELEASES} releases, with \`release\`, found ${releases}`;
  return [
    ...faults,
    ...faultUnless(agreeing > 0, ['samples'], 'give at least one sample that must agree'),
    ...faultUnless(
      samples.length - agreeing >= 2,
      ['samples'],
      'give at least two samples that must not agree',
    ),
    ...faultUnless(worded === undefined || releases >= RELEASES, ['samples'], unproved),
  ];
}
