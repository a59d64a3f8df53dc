/** Takes every check in every condition of the lab, and tells of each row as it comes. Comparing is left to `matrix.ts`. */
import { machineOf } from '../server/fleet/fleet.ts';
import type { Combination } from '../server/lab/description/conditions.ts';
import type { Lab } from '../server/lab/lab.ts';
import type { Transport } from '../server/agent/contract.ts';
import { runCheck } from '../server/runs/runCheck.ts';
import type { Check } from '../src/core/check/check.ts';
import { cellOfJudgement, type PredictedCell, type Predictions } from '../src/core/diagnosis/prediction.ts';

/** Two processors have to stay quick enough for checks that ask for an answer within a second. */
const atOnce = 4;
const signs = { agrees: '=', differs: '≠', inconclusive: '?' } as const;

type Cells = Record<string, PredictedCell>;
export type Bench = { readonly lab: Lab; readonly transport: Transport; readonly checks: readonly Check[] };

/** The whole table, once. */
export async function takeTable(bench: Bench, conditions: readonly Combination[]): Promise<Predictions> {
  console.log(`${bench.checks.map(({ id }) => id).join(', ')}: = agrees, ≠ differs, ? inconclusive`);
  const table: Record<string, Cells> = {};
  for (const { name } of conditions) {
    const began = performance.now();
    await bench.lab.setCondition(name);
    const applied = performance.now();
    const cells = await takeAll(bench);
    table[name] = Object.fromEntries(cells);
    const row = [...cells.values()].map(({ verdict }) => signs[verdict]).join('  ');
    const seconds = (from: number, to: number) => ((to - from) / 1000).toFixed(1);
    const times = `${seconds(began, applied)} s to apply, ${seconds(applied, performance.now())} s to take`;
    console.log(`${row}   ${name} (${times})`);
  }
  return { conditions: table };
}

/** First what only reads, for it may see what others do; then what sends, some at once; then the captures, each alone. */
async function takeAll({ checks, lab, transport }: Bench): Promise<Map<string, PredictedCell>> {
  const taken = new Map<string, PredictedCell>();
  const take = async (check: Check): Promise<void> => {
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
    taken.set(check.id, cellOfJudgement(judgement));
    if (judgement.problem) console.log(`    ? ${check.id}: ${judgement.problem.message.slice(0, 200)}`);
  };
  for (const effect of ['read', 'send', 'capture'] as const) {
    const queue = checks.filter((check) => check.effect === effect);
    const worker = async (): Promise<void> => {
      for (let check = queue.shift(); check !== undefined; check = queue.shift()) await take(check);
    };
    await Promise.all(Array.from({ length: effect === 'capture' ? 1 : atOnce }, worker));
  }
  // In the order of the checks, which is not the order in which they ended.
  return new Map(
    checks.flatMap(({ id }) => {
      const cell = taken.get(id);
      return cell ? [[id, cell]] : [];
    }),
  );
}
