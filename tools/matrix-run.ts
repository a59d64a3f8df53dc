/** Runs every check in every condition of the lab, and prints each row as it comes. */
import { machineOf } from '../server/fleet/fleet.ts';
import type { Combination } from '../server/lab/description/conditions.ts';
import type { Lab } from '../server/lab/lab.ts';
import type { Transport } from '../server/agent/contract.ts';
import { runCheck } from '../server/runs/runCheck.ts';
import type { Check } from '../src/core/check/check.ts';
import { cellOfJudgement, type PredictedCell, type Predictions } from '../src/core/diagnosis/prediction.ts';

/** On two processors, checks that ask for an answer within a second stay quick enough. */
const atOnce = 4;
const signs = { agrees: '=', differs: '≠', inconclusive: '?' } as const;

export type OpenLab = { readonly lab: Lab; readonly transport: Transport; readonly checks: readonly Check[] };

/** Runs the whole table once. */
export async function runTable(open: OpenLab, conditions: readonly Combination[]): Promise<Predictions> {
  console.log(`${open.checks.map(({ id }) => id).join(', ')}: = agrees, ≠ differs, ? inconclusive`);
  const table: Record<string, Record<string, PredictedCell>> = {};
  for (const { name } of conditions) {
    const began = performance.now();
    await open.lab.setCondition(name);
    const applied = performance.now();
    const cells = await runAll(open);
    table[name] = Object.fromEntries(cells);
    const row = [...cells.values()].map(({ verdict }) => signs[verdict]).join('  ');
    const seconds = (from: number, to: number) => ((to - from) / 1000).toFixed(1);
    const times = `${seconds(began, applied)} s to apply, ${seconds(applied, performance.now())} s to run`;
    console.log(`${row}   ${name} (${times})`);
  }
  return { conditions: table };
}

/** First what only reads, because it may see what others do; then what sends, some at once; then the captures, each alone. */
export async function runAll({ checks, lab, transport }: OpenLab): Promise<Map<string, PredictedCell>> {
  // In the order of the checks, which is not the order in which they end.
  const cells = new Map<string, PredictedCell | undefined>(checks.map(({ id }) => [id, undefined]));
  const run = async (check: Check): Promise<void> => {
    const judgement = await runCheck({
      ...{
        check,
        transport,
        emit: () => {},
        signal: new AbortController().signal,
        now: () => performance.now(),
      },
      credentials: { kind: 'documented' },
      machineOf: (role) => machineOf(lab.fleet, role),
    });
    cells.set(check.id, cellOfJudgement(judgement));
    if (judgement.problem) console.log(`    ? ${check.id}: ${judgement.problem.message.slice(0, 200)}`);
  };
  for (const effect of ['read', 'send', 'capture'] as const) {
    const queue = checks.filter((check) => check.effect === effect);
    const worker = async (): Promise<void> => {
      for (let check = queue.shift(); check !== undefined; check = queue.shift()) await run(check);
    };
    await Promise.all(Array.from({ length: effect === 'capture' ? 1 : atOnce }, worker));
  }
  return new Map([...cells].flatMap(([id, cell]) => (cell === undefined ? [] : [[id, cell]])));
}
