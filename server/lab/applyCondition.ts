/** Puts conditions on the lab's networks and takes them back, so that the lab is always in a state that has a name. Taking turns is left to `runningLab.ts`. */

import { commandsIn, type PathOf, runCommands, tryCommands } from './commands.ts';
import { baseOf, type Combination, combinationOf } from './description/conditions.ts';
import type { Condition, LabDescription } from './description/description.ts';
import { messageOf } from './problem.ts';

export type Conditions = {
  name(): string;
  /** From whatever is on, by way of the base. Rejects with a sentence; then the lab is as it was, or in its base. */
  set(cause: string, remedy?: string): Promise<void>;
};

export type ConditionsOptions = {
  readonly lab: LabDescription;
  readonly path: PathOf;
  /** Throws when these cannot be had; nothing was changed yet. */
  readonly check: (layers: readonly Condition[]) => Promise<void>;
  /** Makes processes and files fit these. */
  readonly arrange: (layers: readonly Condition[]) => Promise<void>;
  /** Ends connections that would not fit these, and lets new ones wait until the result is called. */
  readonly hold: (layers: readonly Condition[]) => Promise<() => void>;
  readonly log: (line: string) => void;
};

export function openConditions({ lab, path, check, arrange, hold, log }: ConditionsOptions): Conditions {
  const base = baseOf(lab);
  let present: Combination = base;

  const undone = (layers: readonly Condition[]) =>
    commandsIn(layers.toReversed().flatMap(({ undo }) => undo));

  /** The undo of a condition fits every state that its apply passes through, so going on after a failure leads to the base. */
  async function takeBack(layers: readonly Condition[]): Promise<void> {
    present = base;
    try {
      await runCommands(undone(layers), path);
    } catch (thrown) {
      log(`the condition was not as it had been put on (${messageOf(thrown)}); taking back what is there`);
      await tryCommands(undone(layers), path);
    }
    await arrange(base.layers);
  }

  async function putOn(next: Combination): Promise<void> {
    await runCommands(commandsIn(next.layers.flatMap(({ apply }) => apply)), path);
    await arrange(next.layers);
    present = next;
  }

  /** Resolves with what has become of the lab. */
  async function fallBack(layers: readonly Condition[]): Promise<string> {
    present = base;
    try {
      await tryCommands(undone(layers), path);
      await arrange(base.layers);
      return 'The lab is back in its base; try again, or restart it';
    } catch (thrown) {
      return `The way back to the base failed too (${messageOf(thrown)}); restart the lab`;
    }
  }

  return {
    name: () => present.name,
    async set(cause, remedy) {
      const next = combinationOf(lab, cause, remedy);
      if (next.name === present.name) return;
      await check(next.layers);
      const release = await hold(next.layers);
      try {
        await takeBack(present.layers);
        await putOn(next);
      } catch (thrown) {
        const become = await fallBack(next.layers);
        throw new Error(`expected to put on ${next.name}, found: ${messageOf(thrown)}. ${become}`, {
          cause: thrown,
        });
      } finally {
        release();
      }
    },
  };
}
