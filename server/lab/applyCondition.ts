/** Applies and undoes conditions, so that the lab is always in a state with a name. */
import { commandsIn, type PathOf, runCommands, tryCommands } from './commands.ts';
import { baseOf, type Combination, combinationOf } from './description/conditions.ts';
import type { Condition, LabDescription } from './description/description.ts';
import type { ConditionStatus } from './protocol.ts';
import { messageOf } from '../files/errors.ts';

type ConditionsOptions = {
  readonly lab: LabDescription;
  readonly path: PathOf;
  /** Throws, before anything changes, when these cannot be applied. */
  readonly check: (layers: readonly Condition[]) => Promise<void>;
  /** Adapts services and files. */
  readonly applyState: (layers: readonly Condition[]) => Promise<void>;
  /** Ends connections that these would break, and lets new ones wait until the result is called. */
  readonly holdConnections: (layers: readonly Condition[]) => Promise<() => void>;
  readonly changed: (status: ConditionStatus) => void;
  readonly log: (line: string) => void;
};

export function openConditions(options: ConditionsOptions) {
  const { lab, path, check, applyState, holdConnections, changed, log } = options;
  const base = baseOf(lab);
  let current: Combination = base;
  let [changes, isPassing] = [0, false];
  const status = (): ConditionStatus => ({ condition: current.name, changes, isPassing });
  const become = (next: Combination, passing = false) => {
    current = next;
    changes += 1;
    isPassing = passing;
    changed(status());
  };

  const undoCommands = (layers: readonly Condition[]) =>
    commandsIn(layers.toReversed().flatMap(({ undo }) => undo));

  /** Undo works from every state that apply passes through, so continuing after a failure leads to the base. */
  async function undoLayers(layers: readonly Condition[]): Promise<void> {
    become(base, true);
    try {
      await runCommands(undoCommands(layers), path);
    } catch (thrown) {
      log(`the condition was changed from outside (${messageOf(thrown)}); undoing the rest`);
      await tryCommands(undoCommands(layers), path);
    }
    await applyState(base.layers);
  }

  async function applyLayers(next: Combination): Promise<void> {
    await runCommands(commandsIn(next.layers.flatMap(({ apply }) => apply)), path);
    await applyState(next.layers);
    become(next);
  }

  /** Resolves with the resulting state of the lab, in a sentence. */
  async function fallBackToBase(layers: readonly Condition[]): Promise<string> {
    become(base);
    try {
      await tryCommands(undoCommands(layers), path);
      await applyState(base.layers);
      return 'The lab is back in its base; try again, or restart it';
    } catch (thrown) {
      return `The way back to the base failed too (${messageOf(thrown)}); restart the lab`;
    }
  }

  return {
    status,
    /** From the current condition through the base. If it rejects, the lab is unchanged or in its base. */
    async set(cause: string, remedy?: string) {
      const next = combinationOf(lab, cause, remedy);
      if (next.name === current.name) return;
      await check(next.layers);
      const release = await holdConnections(next.layers);
      try {
        await undoLayers(current.layers);
        await applyLayers(next);
      } catch (thrown) {
        const outcome = await fallBackToBase(next.layers);
        throw new Error(`expected to apply ${next.name}, found: ${messageOf(thrown)}. ${outcome}`, {
          cause: thrown,
        });
      } finally {
        release();
      }
    },
  };
}
