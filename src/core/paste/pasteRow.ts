/** One row from what was pasted for its steps: a verdict where all readings of the paste come to it, and otherwise what to ask for. */
import type { Check, Step } from '../check/check.ts';
import type { Expectation } from '../check/expectation.ts';
import { stepsNamedBy } from '../check/namedSteps.ts';
import type { StepResult } from '../judge/evidence.ts';
import { judge } from '../judge/judge.ts';
import { inconclusive, type Judgement } from '../run/judgement.ts';
import type { Ask, PastedRow, PastedStep, Replacement } from './paste.ts';
import { problem, type StepReading } from './readStep.ts';
import { parseCommand } from './shellWords.ts';
import { tools } from './tools.ts';

export type Found = PastedStep & { readonly reading: StepReading; readonly isExact: boolean };
export const lone = (result: StepResult, exit?: number): StepReading => ({
  results: [result],
  exit,
  open: [],
});

const MAX_READINGS = 1000;

type Context = {
  readonly doubt: string | undefined;
  readonly replaced: readonly Replacement[];
  readonly budget: { chars: number };
};

export function rowOf(
  check: Check,
  steps: ReadonlyMap<string, Found>,
  { doubt, replaced, budget }: Context,
): PastedRow {
  const whole =
    check.every && ` This paste is of one machine with the role \`${check.every}\`; a run asks every one.`;
  const row = (judgement: Judgement, asks: readonly Ask[]): PastedRow => ({
    check: check.id,
    judgement: { ...judgement, means: `${judgement.means}${whole ?? ''}` },
    asks,
  });
  const open = (message: string, judged?: Judgement) =>
    inconclusive({ kind: 'not-pasted', message }, judged, check.otherwise.inconclusive.means);
  if (doubt !== undefined) return row(open(doubt), [{ message: doubt }]);
  const missing = check.steps.filter(({ id }) => !steps.has(id));
  const readings = check.steps.map((step) => {
    const message = `The paste does not have \`${step.id}\`: \`${step.documented ?? step.command}\` on \`${step.role}\`.`;
    return { step, ...(steps.get(step.id)?.reading ?? lone(problem('not-pasted', step, message))) };
  });
  const count =
    missing.length > 0 ? 1 : readings.reduce((product, { results }) => product * results.length, 1);
  const size = readings.reduce((sum, { results: [first] }) => sum + sizeOf(first), 200);
  budget.chars -= count * size;
  if (count > MAX_READINGS || budget.chars < 0)
    return row(open('The paste is too long, or leaves too much open, to be judged for this row.'), [
      { message: 'Paste the commands of this row alone, as they are shown.' },
    ]);
  const all = readingsOf(readings, missing.length > 0).map((results) => judge(check, results));
  const [first] = all;
  if (!first) return row(open('The paste has nothing for this row.'), []);
  const askFor = (step: Step, message: string): Ask => ({
    message,
    command: commandOf(step, replaced),
    role: step.role,
  });
  if (missing.length > 0)
    return row(
      first,
      missing.map((step) =>
        askFor(
          step,
          `Not pasted: \`${step.id}\`. Run this on \`${step.role}\`, and paste command and output.`,
        ),
      ),
    );
  if (all.every(({ verdict, outcome }) => verdict === first.verdict && outcome === first.outcome)) {
    const again = check.steps.find((step) => isOneOfMany(step, first));
    if (again) {
      const message = `The paste has one attempt of \`${again.id}\`, and one does not decide what has to hold ${again.repeat?.holds}: that takes a run.`;
      return row(open(message, common(all, first)), [{ message }]);
    }
    if (first.verdict !== 'inconclusive') return row(common(all, first), []);
    const step = check.steps.find(({ id }) => id === stepAtFault(check, first));
    const own = step && steps.get(step.id);
    if (!step || !own || own.isExact) return row(common(all, first), []);
    return row(common(all, first), [
      askFor(
        step,
        `What was pasted for \`${step.id}\` does not decide it. Run this on \`${step.role}\` instead.`,
      ),
    ]);
  }
  // Of what is open, that which changes the row.
  const decides = ({ step }: { readonly step: Step }) => {
    const others = readings.map((one) =>
      one.step === step ? one : { ...one, results: one.results.slice(0, 1) },
    );
    const words = readingsOf(others, false).map((results) => judge(check, results));
    return words.some(
      ({ verdict, outcome }) => verdict !== words[0]?.verdict || outcome !== words[0]?.outcome,
    );
  };
  const anyOpen = readings.filter((one) => one.open.length > 0);
  const undecided = anyOpen.some(decides) ? anyOpen.filter(decides) : anyOpen;
  const asks = undecided.map(({ step, open: what }): Ask => {
    if (what.includes('lines'))
      return askFor(
        step,
        `Some lines below \`${step.id}\` may not be its output. Paste this command again, with its output alone.`,
      );
    if (what.includes('end') && !what.includes('exit'))
      return askFor(
        step,
        `The end of what \`${step.id}\` printed may be missing. Paste it to the next prompt.`,
      );
    if (!what.includes('exit'))
      return askFor(step, `What was pasted for \`${step.id}\` does not show a number that decides it.`);
    const pasted = steps.get(step.id)?.command ?? step.command;
    return {
      message: `The exit status of \`${step.id}\` is not shown.`,
      command: withStatus(pasted),
      role: step.role,
    };
  });
  return row(open(asks.map(({ message }) => message).join(' '), common(all, first)), asks);
}

/** Whether the verdict rests on attempts that a paste does not have: one proves that something can hold, or that it does not always. */
const isOneOfMany = (step: Step, { verdict }: Judgement): step is Extract<Step, { runs: 'foreground' }> =>
  step.runs === 'foreground' &&
  step.repeat !== undefined &&
  verdict === (step.repeat.holds === 'eventually' ? 'differs' : 'agrees');

const sizeOf = (result: StepResult | undefined): number =>
  result?.how === 'complete' ? result.step.stdout.length + result.step.stderr.length : 0;

/** Every combination of what the steps may have been; only one where a step is missing anyway. */
function readingsOf(
  readings: readonly (StepReading & { readonly step: Step })[],
  isIncomplete: boolean,
): readonly ReadonlyMap<string, StepResult>[] {
  return readings.reduce<readonly ReadonlyMap<string, StepResult>[]>(
    (all, { step, results }) =>
      all.flatMap((one) =>
        results.slice(0, isIncomplete ? 1 : undefined).map((result) => new Map([...one, [step.id, result]])),
      ),
    [new Map()],
  );
}

/** What all readings say; where their words differ, `?`. */
function common(all: readonly Judgement[], first: Judgement): Judgement {
  const same = (text: (one: Judgement) => string) => {
    const words = all.map((one) => text(one).split(' '));
    return (words[0] ?? [])
      .map((word, at) => (words.every((other) => other[at] === word) ? word : '?'))
      .join(' ');
  };
  return {
    ...first,
    observed: same(({ observed }) => observed),
    means: same(({ means }) => means),
    findings: first.findings.map(({ values, ...finding }, at) => {
      const others = all.map(({ findings }) => findings[at]);
      const holds = others.every((one) => one?.holds);
      return others.every((one) => one?.observed === finding.observed)
        ? { ...finding, ...(values ? { values } : {}) }
        : { ...finding, holds, observed: 'not shown' };
    }),
  };
}

function stepAtFault(
  check: Check,
  { problem: { step } = { kind: 'unparsable', message: '' }, findings }: Judgement,
): string | undefined {
  if (step !== undefined) return step;
  const asked: readonly Expectation[] = [
    ...(check.controls ?? []).map(({ holds }) => holds),
    ...check.expect,
  ];
  const failed = asked[findings.findIndex(({ holds }) => !holds)];
  if (failed === undefined) return undefined;
  return stepsNamedBy(failed, check.values)[0];
}

const withStatus = (command: string): string => `${command}; echo "exit status: $?"`;

/** The command to ask for, with the address and port of the reader. */
function commandOf(step: Step, replaced: readonly Replacement[]): string {
  const text = step.input === undefined ? step.command : (step.documented ?? step.command);
  const own = replaced.reduce((command, { pasted, documented }) => {
    const edges = [String.raw`(?<![\d.])`, String.raw`(?![\d]|\.\d)`];
    return command.replace(new RegExp(edges.join(documented.replaceAll('.', '\\.')), 'g'), pasted);
  }, text);
  const program = parseCommand(step.command)?.program ?? '';
  return step.runs === 'background' || tools[program]?.shows ? own : withStatus(own);
}
