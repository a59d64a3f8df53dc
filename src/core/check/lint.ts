/** Faults in a check that its schema cannot see: names that lead nowhere, and comparisons that could not fail. */
import type { Check } from './check.ts';
import type { Expectation } from './expectation.ts';
import type { Fault } from './fault.ts';
import { additionFaults } from './lint-additions.ts';
import { commandFaults } from './lint-command.ts';
import { inputFaults } from './lint-input.ts';
import { claimsNothing, cutsNumber } from './lint-nothing.ts';
import { templateFaults } from './lint-templates.ts';
import { duplicateNames } from './nameFaults.ts';
import { compile, compileGlob, MAX_INSTRUCTIONS } from './pattern.ts';
import { revealing } from './leaks.ts';

/** All faults of one check; an empty list is a sound check. */
export function lint(check: Check): readonly Fault[] {
  const steps = new Map(check.steps.map((step) => [step.id, step]));
  const values = new Map(Object.entries(check.values ?? {}));
  const faults: Fault[] = [];
  const fault = (path: Fault['path'], message: string) => faults.push({ path, message });
  const known = (names: Iterable<string>) => [...names].join(', ') || 'none';

  const regex = (path: Fault['path'], source: string) => {
    try {
      const pattern = compile(source);
      if (pattern.size > MAX_INSTRUCTIONS)
        fault(
          path,
          `the expression ${source} comes to ${pattern.size} instructions of at most ${MAX_INSTRUCTIONS}: take a count out of the other`,
        );
      else if (pattern.matches(''))
        fault(path, `the expression ${source} also matches an empty line: say what must be there`);
    } catch (error) {
      fault(
        path,
        `not an RE2 expression: ${source}: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  };
  const stepName = (path: Fault['path'], name: string) => {
    if (!steps.has(name)) fault(path, `expected the id of a step (${known(steps.keys())}), found "${name}"`);
  };

  const kept = new Set<string>();
  for (const [index, step] of check.steps.entries()) {
    const at = ['steps', index];
    faults.push(...inputFaults(step, kept).map(({ path, message }) => ({ path: [...at, ...path], message })));
    faults.push(...additionFaults(step).map(({ path, message }) => ({ path: [...at, ...path], message })));
    for (const message of [...commandFaults(step), ...revealing(step)]) fault([...at, 'command'], message);
    if (step.runs === 'background') {
      const keeping = check.steps.slice(index).find((later) => later.runs === 'foreground' && later.extracts);
      if (keeping)
        fault(
          [...at, 'runs'],
          `this goes on while "${keeping.id}" gets a secret, which cannot be masked here before it is known: let "${keeping.id}" come first`,
        );
      if (check.effect !== 'capture')
        fault(
          ['effect'],
          `a check with a step that runs meanwhile has the effect capture, found ${check.effect}`,
        );
      regex([...at, 'ready', 'regex'], step.ready.regex);
      if (step.until) regex([...at, 'until', 'regex'], step.until.regex);
      if (index === check.steps.length - 1) fault(at, 'a step that runs meanwhile needs a step after it');
    } else for (const name of Object.keys(step.extracts ?? {})) kept.add(name);
  }

  for (const [name, source] of values) {
    stepName(['values', name, 'step'], source.step);
    if ('regex' in source) regex(['values', name, 'regex'], source.regex);
  }

  const stepsOf = (expectation: Expectation): readonly string[] => {
    if (expectation.kind === 'value') return [values.get(expectation.value)?.step ?? ''];
    if (expectation.kind === 'same') return expectation.values.map((name) => values.get(name)?.step ?? '');
    return [expectation.step];
  };
  const names = (path: Fault['path'], expectation: Expectation) => {
    const wanted =
      expectation.kind === 'value'
        ? [expectation.value]
        : expectation.kind === 'same'
          ? expectation.values
          : [];
    for (const name of wanted)
      if (!values.has(name)) fault(path, `expected a named value (${known(values.keys())}), found "${name}"`);
    if ('step' in expectation) stepName([...path, 'step'], expectation.step);
    if ('is' in expectation && 'matches' in expectation.is)
      regex([...path, 'is', 'matches'], expectation.is.matches);
    if (cutsNumber(expectation))
      fault(
        [...path, 'text'],
        'a text that begins or ends with a digit is also found in a longer number (0 packets in 10 packets): read a named value, and compare that',
      );
    if (expectation.kind === 'lines') {
      for (const [index, line] of expectation.lines.entries())
        if ('regex' in line) regex([...path, 'lines', index, 'regex'], line.regex);
        else if ('glob' in line && compileGlob(line.glob).matches(''))
          fault(
            [...path, 'lines', index, 'glob'],
            `the glob ${line.glob} also matches an empty line: say what must be there`,
          );
      if (expectation.lines.every((line) => 'rest' in line))
        fault([...path, 'lines'], 'lines of nothing but rest match anything');
    }
  };

  // A control that nothing would satisfy as well is no proof that anything could have been seen.
  const controlled = new Set(
    (check.controls ?? []).flatMap(({ holds }) => (claimsNothing(holds, values) ? [] : stepsOf(holds))),
  );
  for (const [index, { holds }] of (check.controls ?? []).entries())
    names(['controls', index, 'holds'], holds);
  for (const [index, expectation] of check.expect.entries()) {
    names(['expect', index], expectation);
    if (claimsNothing(expectation, values) && !stepsOf(expectation).every((step) => controlled.has(step)))
      fault(
        ['expect', index],
        'this claims that nothing happened, which a broken instrument also says: add a control on the same step',
      );
  }
  for (const [index, { when }] of check.outcomes.entries())
    for (const [part, expectation] of when.entries()) names(['outcomes', index, 'when', part], expectation);
  const idsOf = (list: readonly { readonly id?: string | undefined }[]) =>
    list.map(({ id }, index) => id ?? `${index}`);
  const sampleNames = check.samples.map(({ name }) => name);
  faults.push(
    ...templateFaults(check),
    ...duplicateNames('steps', idsOf(check.steps), (index) => ['steps', index, 'id']),
    ...duplicateNames('outcomes', idsOf(check.outcomes), (index) => ['outcomes', index, 'id']),
    ...duplicateNames('samples', sampleNames, (index) => ['samples', index, 'name']),
  );

  const samples = new Map(check.samples.map((sample) => [sample.name, sample]));
  for (const [index, sample] of check.samples.entries()) {
    for (const step of Object.keys(sample.steps)) stepName(['samples', index, 'steps', step], step);
    if (sample.like !== undefined && !samples.has(sample.like))
      fault(
        ['samples', index, 'like'],
        `expected the name of a sample (${known(samples.keys())}), found "${sample.like}"`,
      );
  }
  if (!check.samples.some(({ verdict }) => verdict === 'agrees'))
    fault(['samples'], 'give at least one sample that must agree');
  if (check.samples.filter(({ verdict }) => verdict !== 'agrees').length < 2)
    fault(['samples'], 'give at least two samples that must not agree');
  return faults;
}
