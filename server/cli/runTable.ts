/** Runs every check in every condition of the lab, and prints each row as it comes. */
import type { Combination } from '../lab/description/conditions.ts';
import type { Lab } from '../lab/lab.ts';
import type { Transport } from '../agent/contract.ts';
import { mapAtOnce } from '../files/queue.ts';
import { runOnFleet } from '../runs/runOnFleet.ts';
import type { Check } from '../../src/core/check/check.ts';
import {
  cellOfJudgement,
  type PredictedCell,
  type Predictions,
} from '../../src/core/diagnosis/prediction.ts';

/** On two processors, checks that ask for an answer within a second stay quick enough. */
const atOnce = 4;
const signs = { agrees: '=', differs: '≠', inconclusive: '?' } as const;

export type OpenLab = {
  readonly lab: Lab;
  readonly transport: Transport;
  readonly checks: readonly Check[];
  readonly signal: AbortSignal;
  readonly out: (text: string) => void;
};

export async function runTable(open: OpenLab, conditions: readonly Combination[]): Promise<Predictions> {
  open.out(`${open.checks.map(({ id }) => id).join(', ')}: = agrees, ≠ differs, ? inconclusive\n`);
  const table: Record<string, Record<string, PredictedCell>> = {};
  for (const { name } of conditions) {
    open.signal.throwIfAborted();
    const began = performance.now();
    await open.lab.setCondition(name);
    const applied = performance.now();
    const cells = await runAll(open);
    table[name] = Object.fromEntries(cells);
    const row = [...cells.values()].map(({ verdict }) => signs[verdict]).join('  ');
    const seconds = (from: number, to: number) => ((to - from) / 1000).toFixed(1);
    const times = `${seconds(began, applied)} s to apply, ${seconds(applied, performance.now())} s to run`;
    open.out(`${row}   ${name} (${times})\n`);
  }
  return { conditions: table };
}

/** First what only reads, because it may see what others do; then what sends, some at once; then the captures, each alone. */
export async function runAll({
  checks,
  lab,
  transport,
  signal,
  out,
}: OpenLab): Promise<Map<string, PredictedCell>> {
  // In the order of the checks, which is not the order in which they end.
  const cells = new Map<string, PredictedCell | undefined>(checks.map(({ id }) => [id, undefined]));
  const run = async (check: Check): Promise<void> => {
    const judgement = await runOnFleet(
      {
        ...{ check, transport, signal, emit: () => {}, now: () => performance.now() },
        credentials: { kind: 'documented' },
      },
      lab.fleet,
    );
    cells.set(check.id, cellOfJudgement(judgement));
    if (judgement.problem) out(`    ? ${check.id}: ${judgement.problem.message.slice(0, 200)}\n`);
  };
  for (const effect of ['read', 'send', 'capture'] as const) {
    const queue = checks.filter((check) => check.effect === effect);
    await mapAtOnce(queue, effect === 'capture' ? 1 : atOnce, run);
  }
  return new Map([...cells].flatMap(([id, cell]) => (cell === undefined ? [] : [[id, cell]])));
}
