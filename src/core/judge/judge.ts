/** The judge: from a check and the results of its steps to a judgement. Pure; the order of its questions is SPEC.md, J1 to J11. */
import type { Check, Step } from '../check/check.ts';
import type { Expectation } from '../check/expectation.ts';
import { missingCommand, startFaults, type StepResult, wrapperRefusal } from './evidence.ts';
import { type Evidence, type ExpectationResult, evaluateExpectation } from './evaluateExpectation.ts';
import { type Finding, inconclusive, type Judgement } from '../run/judgement.ts';
import { readValue } from './values.ts';
import type { Problem, Verdict } from '../vocabulary.ts';

/** Raised whenever the same bytes could lead to another judgement. */
const judgeVersion = 3;

/** What the expectations of a check are compared with. Steps that did not end completely are not part of it. */
export function evidenceOf(check: Check, results: ReadonlyMap<string, StepResult>): Evidence {
  const steps = new Map(
    [...results].flatMap(([id, result]) => (result.how === 'complete' ? [[id, result.step]] : [])),
  );
  const values = Object.entries(check.values ?? {}).map(
    ([name, source]) => [name, readValue(source, steps)] as const,
  );
  return { steps, values: new Map(values) };
}

/** Judges a check. `results` has one result for every step that was reached; a step without one counts as not run. */
export function judge(check: Check, results: ReadonlyMap<string, StepResult>): Judgement {
  const evidence = evidenceOf(check, results);
  const evaluate = (expectation: Expectation) => {
    const result = evaluateExpectation(expectation, evidence);
    return { ...result, values: valuesOfMachines(check, expectation, result) };
  };
  const controls = (check.controls ?? []).map(({ holds, missing }) => ({ ...evaluate(holds), missing }));
  const expectations = check.expect.map(evaluate);
  const findings = [
    ...controls.map((result) => finding('control', result)),
    ...expectations.map((result) => finding('expectation', result)),
  ];
  const problem =
    problemOfSteps(check, results) ?? problemOfControls(controls) ?? problemOfReading(expectations);
  const judged = { findings, judge: judgeVersion };
  if (problem) return inconclusive(problem, judged, check.otherwise.inconclusive.means);
  const verdict = expectations.every(({ holds }) => holds === true) ? 'agrees' : 'differs';
  return { verdict, ...judged, ...explanation(check, evidence, verdict) };
}

function problemOfSteps(check: Check, results: ReadonlyMap<string, StepResult>): Problem | undefined {
  const problems = check.steps.flatMap((step) => problemOfStep(step, results.get(step.id)) ?? []);
  // A capture is ended when a step beside it fails: report the cause, not that.
  const problem = problems.find(({ kind }) => kind !== 'cancelled') ?? problems[0];
  const left = check.steps.find(({ id }) => !results.has(id))?.id;
  if (problem !== undefined || left === undefined) return problem;
  const message = `\`${left}\` was never run, because a step before it failed.`;
  return { kind: 'blocked', step: left, message };
}

function problemOfStep(
  { id, role, needs, inside }: Step,
  result: StepResult | undefined,
): Problem | undefined {
  if (result?.how !== 'complete') return result?.problem;
  const said = startFaults(inside, result.step);
  const missing = missingCommand(said, needs);
  const refusal = inside && wrapperRefusal(inside, result.step.exit, said);
  if (missing === undefined && refusal !== undefined) {
    const message = `\`${id}\` did not get inside, so its command never ran: ${refusal.slice(0, 300)}. Start the container or pod on the machine of \`${role}\`, give the login user the right, or install in it what it lacks.`;
    return { kind: 'not-ready', step: id, message };
  }
  if (missing === undefined) return undefined;
  const message = `The machine of \`${role}\` has no \`${missing}\`, which \`${id}\` needs. Install it there and run the check again.`;
  return { kind: 'missing-command', step: id, message };
}

function problemOfControls(
  controls: readonly (ExpectationResult & { readonly missing: string })[],
): Problem | undefined {
  const failed = controls.find(({ holds }) => holds !== true);
  if (failed === undefined) return undefined;
  const { missing, message, observed } = failed;
  return { kind: 'control-failed', message: `${missing} (expected: ${message}; found: ${observed})` };
}

/** A plain difference counts even where another part could not be read. */
function problemOfReading(expectations: readonly ExpectationResult[]): Problem | undefined {
  const unreadable = expectations.find(({ holds }) => holds === 'unreadable');
  if (unreadable === undefined || expectations.some(({ holds }) => holds === false)) return undefined;
  const { observed, message } = unreadable;
  return { kind: 'unparsable', message: `The answer cannot be read: ${observed} (expected: ${message}).` };
}

type Evaluated = ExpectationResult & Pick<Finding, 'values'>;

function finding(part: Finding['part'], { message, holds, observed, values }: Evaluated): Finding {
  return { part, message, holds: holds === true, observed, ...(values ? { values } : {}) };
}

/** Values that are compared with each other, where they come from several machines. */
function valuesOfMachines(
  { steps, values = {} }: Check,
  expectation: Expectation,
  { shown }: ExpectationResult,
): Finding['values'] {
  if (expectation.kind !== 'same' || shown === undefined) return undefined;
  const own = expectation.values.map((name, index) => ({
    role: steps.find(({ id }) => id === values[name]?.step)?.role ?? name,
    observed: shown[index] ?? '',
  }));
  return new Set(own.map(({ role }) => role)).size > 1 ? own : undefined;
}

/** By the first outcome whose expectations all hold, or by the text for the verdict. */
function explanation(
  check: Check,
  evidence: Evidence,
  verdict: Exclude<Verdict, 'inconclusive'>,
): Pick<Judgement, 'outcome' | 'observed' | 'means' | 'limitation' | 'service'> {
  const index = check.outcomes.findIndex(({ when }) =>
    when.every((expectation) => evaluateExpectation(expectation, evidence).holds === true),
  );
  const outcome = check.outcomes[index];
  const { observed, means } = outcome ?? check.otherwise[verdict];
  return {
    outcome: outcome ? String(index + 1) : 'otherwise',
    observed: fillIn(observed, evidence),
    means: fillIn(means, evidence),
    ...(outcome?.limitation && { limitation: outcome.limitation }),
    ...(outcome?.service && { service: outcome.service }),
  };
}

/** Puts values into `{name}`; one that could not be read shows as `?`. */
function fillIn(template: string, { values }: Evidence): string {
  return template.replace(/\{([a-z][a-z0-9-]*)\}/g, (whole, name: string) => {
    const reading = values.get(name);
    if (!reading) return whole;
    return reading.read ? (reading.text ?? String(reading.value)) : '?';
  });
}
