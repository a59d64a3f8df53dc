/** The judge: from a check and what came back to a judgement. Pure; the order of its questions is SPEC.md, J1 to J11. */
import type { Check, Step } from '../check/check.ts';
import { missingCommand, type CompleteStep, type StepResult } from './evidence.ts';
import { type Evidence, type ExpectationResult, evaluateExpectation } from './evaluateExpectation.ts';
import { type Finding, inconclusive, type Judgement } from '../run/judgement.ts';
import { readValue } from './values.ts';
import type { LimitationSign, Problem, Verdict } from '../vocabulary.ts';

/** Raised whenever the same bytes could lead to another judgement. */
export const judgeVersion = 3;

/** Judges a check. `results` has one result for every step that was reached; a step without one counts as not run. */
export function judge(check: Check, results: ReadonlyMap<string, StepResult>): Judgement {
  const steps = new Map<string, CompleteStep>();
  for (const [id, result] of results) if (result.how === 'complete') steps.set(id, result.step);
  const evidence: Evidence = {
    steps,
    values: new Map(
      Object.entries(check.values ?? {}).map(([name, source]) => [name, readValue(source, steps)]),
    ),
  };
  const controls = (check.controls ?? []).map(({ holds, missing }) => ({
    held: evaluateExpectation(holds, evidence),
    missing,
  }));
  const expectations = check.expect.map((expectation) => evaluateExpectation(expectation, evidence));
  const findings = [
    ...controls.map(({ held }) => finding('control', held)),
    ...expectations.map((held) => finding('expectation', held)),
  ];

  const problem =
    problemOfSteps(check, results) ?? problemOfControls(controls) ?? problemOfReading(expectations);
  if (problem) return conclude(check, evidence, findings, 'inconclusive', problem);
  return conclude(
    check,
    evidence,
    findings,
    expectations.every(({ holds }) => holds === true) ? 'agrees' : 'differs',
  );
}

function problemOfSteps(check: Check, results: ReadonlyMap<string, StepResult>): Problem | undefined {
  const problems = check.steps.flatMap((step) => problemOfStep(step, results.get(step.id)) ?? []);
  // A capture is ended when a step beside it fails: the cause is told, not that.
  const [first] = problems;
  if (first) return problems.find(({ kind }) => kind !== 'cancelled') ?? first;
  const left = check.steps.find(({ id }) => !results.has(id));
  return (
    left && {
      kind: 'blocked',
      step: left.id,
      message: `\`${left.id}\` was never run, because a step before it failed.`,
    }
  );
}

function problemOfStep(step: Step, result: StepResult | undefined): Problem | undefined {
  if (result?.how !== 'complete') return result?.problem;
  const missing = missingCommand(result.step.stderr, step.needs);
  return missing === undefined
    ? undefined
    : {
        kind: 'missing-command',
        step: step.id,
        message: `The machine of \`${step.role}\` has no \`${missing}\`, which \`${step.id}\` needs. Install it there and take the check again.`,
      };
}

function problemOfControls(
  controls: readonly { held: ExpectationResult; missing: string }[],
): Problem | undefined {
  const failed = controls.find(({ held }) => held.holds !== true);
  return (
    failed && {
      kind: 'control-failed',
      message: `${failed.missing} (expected: ${failed.held.message}; found: ${failed.held.observed})`,
    }
  );
}

// Something that is plainly otherwise than documented is said even when another part could not be read.
function problemOfReading(expectations: readonly ExpectationResult[]): Problem | undefined {
  if (expectations.some(({ holds }) => holds === false)) return undefined;
  const unreadable = expectations.find(({ holds }) => holds === 'unreadable');
  return (
    unreadable && {
      kind: 'unparsable',
      message: `The answer cannot be read: ${unreadable.observed} (expected: ${unreadable.message}).`,
    }
  );
}

function finding(part: Finding['part'], { message, holds, observed }: ExpectationResult): Finding {
  return { part, message, holds: holds === true, observed };
}

function conclude(
  check: Check,
  evidence: Evidence,
  findings: readonly Finding[],
  verdict: Verdict,
  problem?: Problem,
): Judgement {
  const base = { verdict, findings: [...findings], judge: judgeVersion };
  if (problem) return inconclusive(problem, base, check.otherwise.inconclusive.means);
  const outcome = check.outcomes.find(({ when }) =>
    when.every((expectation) => evaluateExpectation(expectation, evidence).holds === true),
  );
  const text = outcome ?? (verdict === 'agrees' ? check.otherwise.agrees : check.otherwise.differs);
  const said = {
    ...base,
    outcome: outcome ? String(check.outcomes.indexOf(outcome) + 1) : 'otherwise',
    observed: fillIn(text.observed, evidence),
    means: fillIn(text.means, evidence),
  };
  const limitation: LimitationSign | undefined = outcome?.limitation;
  return limitation === undefined ? said : { ...said, limitation };
}

/** Puts values into `{name}`; one that could not be read shows as `?`. */
function fillIn(template: string, evidence: Evidence): string {
  return template.replace(/\{([a-z][a-z0-9-]*)\}/g, (whole, name: string) => {
    const reading = evidence.values.get(name);
    if (!reading) return whole;
    return reading.read ? String(reading.value) : '?';
  });
}
