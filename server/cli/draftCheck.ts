/** A check made from what a command printed twice: expectations, a control and samples that the judge confirms. Pure. */
import type { Check, Sample } from '../../src/core/check/check.ts';
import type { LinePattern } from '../../src/core/check/expectation.ts';
import { lint } from '../../src/core/check/lint.ts';
import { TODO } from '../../src/core/check/unwritten.ts';
import type { CompleteStep } from '../../src/core/judge/evidence.ts';
import { judge } from '../../src/core/judge/judge.ts';
import { toLines } from '../../src/core/judge/lines.ts';
import { judgeSamples, resultsOf } from '../../src/core/judge/samples.ts';

type Asked = { readonly id: string; readonly role: string; readonly command: string };

const step = 'command';
const limits = { seconds: 20, bytes: 65_536 };
/** Of longer output only the start is expected. */
const mostLines = 12;
const shownChars = 80;

/** The check before its command ran: enough for the runner, and for what the linter says of the command. */
export function emptyCheck({ id, role, command }: Asked): Check {
  const programs = command.split(/\|\|?|&&|;/).map((part) => /^\s*([a-z0-9._+-]+)(?=\s|$)/.exec(part)?.[1]);
  const needs = [...new Set(programs.flatMap((name) => name ?? []))];
  const isSending = /\b(?:curl|wget|ping|nc|ssh|dig|host|nslookup|tracepath)\b/.test(command);
  return {
    ...{ id, title: id.replaceAll('-', ' ').replace(/^./, (letter) => letter.toUpperCase()) },
    claim: `${TODO} one sentence that is true or false, which this command decides`,
    documented: { check: `\`${command}\``, result: '', value: '' },
    effect: isSending ? 'send' : 'read',
    steps: [
      {
        ...{ id: step, runs: 'foreground', role, command, documented: command },
        ...{ needs: needs.length > 0 ? needs : ['sh'], limits },
      },
    ],
    expect: [{ kind: 'exit', step, is: { eq: 0 } }],
    outcomes: [],
    otherwise: {
      agrees: { observed: '', means: `${TODO} what this shows, and what it does not show` },
      differs: {
        observed: 'something else',
        means: `${TODO} what it means when this differs, and what to do`,
      },
      inconclusive: {
        means: 'This run does not show it. Correct what is named above and run the check again.',
      },
    },
    samples: [],
  };
}

/** What the linter says of the command itself, before anything runs. */
export const commandFaults = (check: Check): readonly string[] =>
  lint(check).flatMap(({ path, message }) => (path[0] === 'steps' ? message : []));

/** `origin`: the name of the sample that has to be accepted. */
export function draftCheck(asked: Asked, origin: string, first: CompleteStep, second: CompleteStep) {
  const { otherwise, documented, expect: _, outcomes, samples: __, ...head } = emptyCheck(asked);
  const tool = head.steps[0]?.needs[0] ?? 'sh';
  const { exit, stdout, stderr } = first;
  const printed = toLines(stdout);
  const number = /^-?\d{1,15}\n?$/.test(stdout) && stdout === second.stdout ? Number(stdout) : undefined;
  const lines = number === undefined ? linesOf(printed, toLines(second.stdout)) : undefined;
  const isShort = printed.length === 1 && stdout === second.stdout && !stdout.includes('{');
  const observed = isShort && stdout.trim() !== '' ? stdout.trim().slice(0, shownChars) : `exit ${exit}`;
  const good: Sample = {
    ...{ name: origin, verdict: 'agrees' },
    steps: { [step]: { exit, stdout, ...(stderr === '' ? {} : { stderr }) } },
  };
  const built = (parts: Pick<Check, 'values' | 'expect'>): Check => ({
    ...head,
    documented: { ...documented, result: observed, value: observed },
    ...(parts.values ? { values: parts.values } : {}),
    controls: [
      {
        holds: { kind: 'exit', step, is: { between: [0, 125] } },
        missing: `\`${tool}\` could not be started on this machine.`,
      },
    ],
    expect: [{ kind: 'exit', step, is: { eq: exit } }, ...parts.expect],
    outcomes,
    otherwise: { ...otherwise, agrees: { ...otherwise.agrees, observed } },
    samples: [good],
  });
  const numberValue = {
    from: 'regex',
    step,
    stream: 'stdout',
    regex: String.raw`(-?\d+)`,
    as: 'int',
  } as const;
  const full =
    number !== undefined
      ? built({
          values: { number: numberValue },
          expect: [{ kind: 'value', value: 'number', is: { eq: number } }],
        })
      : built({ expect: lines === undefined ? [] : [{ kind: 'lines', step, stream: 'stdout', lines }] });
  const check =
    verdictOf(full, good) === 'agrees' && faultsOf(full).length === 0 ? full : built({ expect: [] });
  const notes =
    check.expect.length > 1
      ? []
      : ['Only the exit status is expected: nothing else was the same in two runs.'];

  const candidates = rejectedSamples(
    origin,
    tool,
    stdout,
    (sample) => verdictOf(check, sample, good) === 'agrees',
  );
  const samples = candidates.flatMap((sample) => {
    const verdict = verdictOf(check, sample, good);
    if (verdict !== 'agrees') return { ...sample, verdict };
    notes.push(
      `The sample "${sample.name}" is left out, because the check would accept it: expect more, if it must not.`,
    );
    return [];
  });
  const whole = { ...check, samples: [good, ...samples] };
  notes.push(...[...faultsOf(whole), ...judgeSamples(whole)].map(({ message }) => `To correct: ${message}`));
  return { check: whole, notes };
}

function rejectedSamples(
  like: string,
  tool: string,
  stdout: string,
  isAccepted: (sample: Sample) => boolean,
): readonly Sample[] {
  const changed = (name: string, change: Sample['steps'][string]): Sample => ({
    ...{ name, verdict: 'inconclusive', like, steps: { [step]: change } },
  });
  const failed = (exit: number, why: string) => ({ exit, stdout: '', stderr: `sh: 1: ${tool}: ${why}\n` });
  const longer = [...stdout.matchAll(/\d+/g)]
    .toSorted((a, b) => b[0].length - a[0].length)
    .map(({ 0: digits, index }) =>
      changed(`a longer number, 1${digits}`, { stdout: `${stdout.slice(0, index)}1${stdout.slice(index)}` }),
    );
  return [
    changed('an empty answer', { stdout: '', stderr: '' }),
    changed('permission denied', failed(126, 'Permission denied')),
    changed('the command is missing', failed(127, 'not found')),
    // One that is rejected; if none is, the first, so that this is said.
    ...longer
      .filter((sample) => !isAccepted(sample))
      .concat(longer)
      .slice(0, 1),
  ];
}

/** Of the first sample; the others are there for its `like`. */
function verdictOf(check: Check, sample: Sample, ...others: readonly Sample[]) {
  const whole = { ...check, samples: [sample, ...others] };
  return judge(whole, resultsOf(whole, sample)).verdict;
}

/** Apart from what is left to the author, and from samples that are not there yet. */
const faultsOf = (check: Check) =>
  lint(check).filter(
    ({ path, message }) => !message.includes(TODO) && (check.samples.length > 1 || path[0] !== 'samples'),
  );

/** The lines that two runs have in common, numbers that changed as `\d+`, and `rest` for the others. Nothing where nothing is left. */
function linesOf(first: readonly string[], second: readonly string[]): LinePattern[] | undefined {
  const found: LinePattern[] = [];
  for (const [index, line] of first.slice(0, mostLines).entries()) {
    const again = second[index] ?? '';
    const [parts, others] = [line, again].map((text) => text.split(/\d+/));
    if (line === again) found.push({ literal: line });
    else if (parts && parts.join('\0') === others?.join('\0') && /[A-Za-z]/.test(line))
      found.push({ regex: parts.map(escaped).join(String.raw`\d+`) });
    else break;
  }
  if (found.every((line) => 'literal' in line && line.literal.trim() === '')) return undefined;
  return found.length === first.length && second.length === first.length ? found : [...found, { rest: true }];
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
