/** Everything that a lab is started with. */
import type { RootCommand } from '../gate/sudoers.ts';
import type { LabDescription } from './description/description.ts';

export type LabPlan = {
  readonly lab: LabDescription;
  readonly directory: string;
  readonly mode: 'tied' | 'detached';
  readonly startedBy: number;
  readonly condition: string;
  readonly rootCommands: readonly RootCommand[];
  /** The text of the gate that is installed on a machine; without one, its key opens a shell. */
  readonly gates: { readonly [role: string]: string };
  /** Machines without anything of ours: nobody can log in. */
  readonly bare: boolean;
  /** Whose programs the machines have: `/` for this host, or the folder of another release. */
  readonly root: string;
};
