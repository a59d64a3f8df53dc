/** Reads what the script of `collectScript.ts` printed, pasted whole or in part, from one machine or several. Pure, in linear time. */
import type { CollectedStep, PasteLine } from './paste.ts';

const heading =
  /^(?:={5} vantage collect 1: (\S+) (\S+) ={5}|-{5} ([a-z0-9-]+)\/([a-z0-9-]+) -{5}|={5} end of vantage collect ={5})$/;
/** Time, kernel and versions of the machine. */
const fact = /^[\w.+-]+: ./;

/** Whether the line is a heading of the script: where there is one, `readCollected` reads the paste. */
export const isHeading = (text: string): boolean => heading.test(text.trim());

/**
 * Expects lines without the decorations of where they were pasted from. Steps are in the order of the paste; one that was run twice is there
 * twice. `rest`: the lines that the script did not print. `cut`: what is missing.
 */
export function readCollected(lines: readonly PasteLine[]) {
  // A terminal that breaks lines fills them first.
  const width = lines.reduce((most, { text }) => Math.max(most, text.length), 0);
  const found = lines.flatMap(({ text }, index) => {
    const match = heading.exec(text.trim());
    return match ? [{ index, match }] : [];
  });
  const steps: CollectedStep[] = [];
  const rest = [lines.slice(0, found[0]?.index)];
  const faults: string[] = [];
  let role: string | undefined;
  const leave = () => {
    if (role !== undefined) faults.push('The last line is missing: `===== end of vantage collect =====`.');
    role = undefined;
  };
  for (const [nth, { index, match }] of found.entries()) {
    const [, writeup, named = '', check, step = ''] = match;
    const body = lines.slice(index + 1, found[nth + 1]?.index);
    if (check !== undefined) {
      if (role === undefined) faults.push('The first line is missing: `===== vantage collect 1: … =====`.');
      role ??= '';
      const first = lines[index]?.at ?? 0;
      const { last = first, others, ...read } = readStep(body, width);
      steps.push({ check, step, role, lines: [first, last], ...read });
      if (read.end === 'cut') faults.push(`The end of \`${check}/${step}\` is missing.`);
      rest.push(others);
    } else if (writeup === undefined) {
      role = undefined;
      rest.push(body);
    } else {
      leave();
      role = named;
      rest.push(body.filter(({ text }) => !fact.test(text)));
    }
  }
  leave();
  return { steps, rest: rest.flat(), ...(faults.length > 0 && { cut: faults.join(' ') }) };
}

const note = /^(?:(?:out|err) (?:is cut |ends without a newline$)|masked: \d{1,6}$|over its limit$)/;

type ReadStep = Omit<CollectedStep, 'check' | 'step' | 'role' | 'lines'> & {
  readonly last: number | undefined;
  readonly others: PasteLine[];
};

function readStep(lines: readonly PasteLine[], width: number): ReadStep {
  const streams = { $: [] as string[], 'out:': [] as string[], 'err:': [] as string[] };
  const notes: string[] = [];
  const others: PasteLine[] = [];
  let last: number | undefined;
  let growing: string[] | undefined;
  let end: Partial<CollectedStep> | undefined;
  for (const [index, line] of lines.entries()) {
    const text = line.text.trim();
    const [, name, printed = ''] = /^\s*(\$|out:|err:)(?: (.*))?$/s.exec(line.text) ?? [];
    const ending = endOf(text);
    if (end) others.push(line);
    else if (name === '$' || name === 'out:' || name === 'err:') {
      growing = streams[name];
      growing.push(printed);
    } else if (note.test(text)) notes.push(text);
    else if (ending) end = ending;
    else if (growing && lines[index - 1]?.text.length === width)
      growing.push(`${growing.pop() ?? ''}${line.text}`);
    else others.push(line);
    if (others.at(-1) !== line) last = line.at;
  }
  const stream = (name: 'out' | 'err') => {
    const all = streams[`${name}:`];
    const isOpenEnded = all.length === 0 || notes.includes(`${name} ends without a newline`);
    return all.join('\n') + (isOpenEnded ? '' : '\n');
  };
  const isOver = notes.includes('over its limit');
  const isTruncated = notes.some((one) => one.includes(' is cut '));
  return {
    ...{ command: streams.$.join('\n'), stdout: stream('out'), stderr: stream('err'), last, others },
    ...{ exit: undefined, seconds: undefined },
    end: isOver ? 'overtime' : isTruncated ? 'truncated' : 'complete',
    ...(end ?? { end: 'cut' }),
  };
}

/** It is the last line of a step, and its last character tells that it is whole. */
function endOf(line: string): Partial<CollectedStep> | undefined {
  const [, exit, seconds] = /^exit: (\d{1,3}) +seconds: (\d{1,6}\.\d\d)$/.exec(line) ?? [];
  if (exit !== undefined) return { exit: Number(exit), seconds: Number(seconds) };
  const why = /^not run: (.*\.)$/.exec(line)?.[1];
  return why === undefined ? undefined : { end: 'left-out', why };
}
