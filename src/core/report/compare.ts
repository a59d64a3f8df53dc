/** Two records beside what is documented: which words differ, and what else was not the same. */
import { difference, joined, lineDifference } from './lineDifference.ts';
import type { EvidenceRecord } from '../run/record.ts';
import { type Fact, machineOf } from './metadata.ts';
import { type RowFacts, rowsOf, streamsOf } from './facts.ts';
import { condition, SOURCE_WORDS } from './format.ts';

export type ComparedRow = ReturnType<typeof pair>;
export type ComparedSide = NonNullable<ComparedRow['a']>;

/**
 * `documented` is what the page says now, by check; for a row that is not in it, what its record was judged by.
 * Without B, A is only compared with the documents. Rows in the order of A, then those that only B has. Two single runs are one row, though their checks may be two: the same claim from another role.
 */
export function compareRows(
  documented: ReadonlyMap<string, string>,
  a: EvidenceRecord,
  b: EvidenceRecord | undefined,
): ComparedRow[] {
  const [rowsA, rowsB] = [rowsOf(a), b === undefined ? [] : rowsOf(b)];
  const [onlyA, onlyB] = [rowsA[0], rowsB[0]];
  if (rowsA.length === 1 && rowsB.length === 1 && onlyA && onlyB) return [pair(onlyA, onlyB, documented)];
  const right = new Map(rowsB.map((row) => [row.anchor, row]));
  const left = new Set(rowsA.map(({ anchor }) => anchor));
  return [
    ...rowsA.map((row) => pair(row, right.get(row.anchor), documented)),
    ...rowsB.filter(({ anchor }) => !left.has(anchor)).map((row) => pair(undefined, row, documented)),
  ];
}

function pair(a: RowFacts | undefined, b: RowFacts | undefined, documented: ReadonlyMap<string, string>) {
  /** Against what is documented; nothing where a record does not have this row. */
  const side = (row: RowFacts | undefined) => {
    if (row === undefined) return undefined;
    const text = documented.get(row.header.check) ?? row.header.documented;
    return { row, documented: text, parts: joined(difference(text, row.observed)) };
  };
  const header = (a ?? b)?.header;
  return {
    check: header?.check ?? '',
    title: header?.title ?? '',
    a: side(a),
    b: side(b),
    /** From A (`documented`) to B (`observed`); empty when one of them is missing. */
    between: a && b ? joined(difference(a.observed, b.observed)) : [],
    /** What else is not the same: machine, condition, command, versions. */
    unlike: a && b ? unlikeFacts(a, b) : [],
    outputs: a && b ? outputs(a, b) : [],
  };
}

function unlikeFacts(a: RowFacts, b: RowFacts) {
  const [own, other] = [comparable(a), comparable(b)];
  return own.flatMap(([what, value], index): (readonly [what: string, a: string, b: string])[] => {
    const theirs = other[index]?.[1] ?? '';
    return value === theirs ? [] : [[what, value, theirs]];
  });
}

function comparable({ header, judgement, words, roles, steps }: RowFacts): Fact[] {
  const machines = steps.flatMap(({ identity }) => (identity ? [machineOf(identity)] : []));
  return [
    ['Verdict', words],
    ['Check', header.check],
    ['Documented', header.documented],
    ['Source', SOURCE_WORDS[header.source]],
    ['Fleet', header.fleet],
    ['Condition', header.condition === '' ? 'none' : condition(header.condition)],
    ['Role', roles.join(', ')],
    ['Machine', [...new Set(machines)].join('; ')],
    ['Command', steps.map(({ command }) => command).join('\n')],
    ['End', steps.map(({ id, end }) => `${id}: ${end}`).join('; ')],
    ['Check hash', header.checkHash],
    ['Docs commit', header.commit],
    ['Judge', judgement === undefined ? 'has not judged' : `version ${judgement.judge}`],
  ];
}

/** Steps of one name are compared; where no name is the same, those at the same place. */
function outputs(a: RowFacts, b: RowFacts) {
  return a.steps.flatMap((step, index) => {
    const other = b.steps.find(({ id }) => id === step.id) ?? b.steps[index];
    if (other === undefined) return [];
    return (['stdout', 'stderr'] as const).flatMap((stream) => {
      const text = (own: typeof step) => streamsOf(own).find((one) => one.stream === stream)?.text ?? '';
      const lines = lineDifference(text(step), text(other));
      return lines.length === 0 ? [] : [{ step: step.id, stream, lines }];
    });
  });
}
