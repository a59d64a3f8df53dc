/** For tests of the diagnosis: a small table after what was measured in the lab, and random tables that a seed repeats. */
import { diagnose } from './diagnosis.ts';
import { type Observation, type Cell, cellOf, type Prediction } from './observations.ts';

const refused: Cell = { verdict: 'agrees', outcome: '{reason}', says: 'Connection refused' };
const answered: Cell = { verdict: 'differs', outcome: 'connected, HTTP {http}' };
const timedOut: Cell = { verdict: 'differs', outcome: 'no answer in 5 s' };
const none: Cell = { verdict: 'agrees', outcome: 'none', says: '0 packets' };
const packets = (outcome: string, says: string): Cell => ({ verdict: 'differs', outcome, says });
const reset = packets('reset', 'SYN and RST on loopback0');
const twice = packets('twice', 'every packet twice on loopback0');
const unanswered = packets('unanswered', 'SYN out and in on loopback0, no answer');
const ok: Cell = { verdict: 'agrees', outcome: 'TLS handshake + {http} OK' };

function predict(cause: string, cells: Readonly<Record<string, Cell>>): Prediction {
  return { cause, cells: new Map(Object.entries(cells)) };
}

/** Rows: 127.0.0.1, the own address, `any`, from .19. The proxy does not show, because no row here goes by a proxy. */
export const table: readonly Prediction[] = [
  predict('as-documented', { self: refused, own: refused, any: none, manager: ok }),
  predict('port-not-reserved', { self: refused, own: answered, any: reset, manager: ok }),
  predict('port-not-reserved-host-loopback', { self: refused, own: refused, any: reset, manager: ok }),
  predict('healthy', { self: answered, own: answered, any: twice, manager: ok }),
  predict('input-firewall-drop', { self: timedOut, own: answered, any: unanswered, manager: ok }),
  predict('proxy-variable', { self: answered, own: answered, any: twice, manager: ok }),
];

/** An observation in the lab; what is not given is as the first cause predicts it. */
export function observed(check: string, changes: Partial<Observation> = {}): Observation {
  const cell = table[0]?.cells.get(check) ?? ok;
  return { ...cell, check, source: 'lab', condition: 'unknown', ...changes };
}

/** Numbers from 0 to below `limit`, the same for the same seed (mulberry32). */
export function dice(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

const cells: readonly Cell[] = [
  { verdict: 'agrees', outcome: 'a' },
  { verdict: 'agrees', outcome: 'b' },
  { verdict: 'differs', outcome: 'a' },
  { verdict: 'differs', outcome: 'c' },
  { verdict: 'inconclusive', outcome: 'control-failed' },
];

/** One to seven causes, one to six checks; some cells are inconclusive, some are missing. */
export function randomTable(roll: (limit: number) => number): Prediction[] {
  const checks = Array.from({ length: 1 + roll(6) }, (_, index) => `check-${index}`);
  return Array.from({ length: 1 + roll(7) }, (_, index) => ({
    cause: `cause-${index}`,
    cells: new Map(
      checks.flatMap((check) => {
        const cell = cells[roll(cells.length + 1)];
        return cell ? [[check, cell] as const] : [];
      }),
    ),
  }));
}

/** Anything that could have come back, whatever the true cause; some of it without an outcome or a result. */
export function randomObservations(roll: (limit: number) => number): Observation[] {
  return Array.from({ length: roll(9) }, () => {
    const cell = cells[roll(cells.length)] ?? ok;
    const outcome = roll(5) === 0 ? undefined : cell.outcome;
    return { check: `check-${roll(6)}`, verdict: cell.verdict, outcome, source: 'lab', condition: 'x' };
  });
}

/** What would be observed if this cause were the true one and nothing went wrong. */
export function asPredicted(prediction: Prediction): Observation[] {
  return [...prediction.cells.keys()].flatMap((check) => {
    const cell = cellOf(prediction, check);
    return cell ? [{ ...cell, check, source: 'lab', condition: prediction.cause }] : [];
  });
}

/** The causes that the diagnosis cannot tell from this one when every check comes out as it predicts. */
export function alike(predictions: readonly Prediction[], prediction: Prediction): readonly string[] {
  const diagnosis = diagnose(predictions, asPredicted(prediction));
  const [first = []] = diagnosis.kind === 'diagnosed' ? diagnosis.groups : [];
  return first.flatMap(({ cause }) => (cause === prediction.cause ? [] : [cause]));
}
