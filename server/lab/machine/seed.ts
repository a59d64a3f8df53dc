/** What a machine of the lab is made from. */
import type { LabDescription, LabMachine } from '../description/description.ts';

export type SeedFile = { readonly path: string; readonly text: string; readonly mode: number };

export type Seed = {
  readonly lab: LabDescription;
  readonly machine: LabMachine;
  readonly machineId: string;
  readonly hostKey: string;
  readonly clientPublicKey: string;
  readonly sudoers: string;
  readonly gate: string | undefined;
  readonly hostPublicKey: string;
  /** Nothing of ours is installed yet: see `emptyMachine.ts`. */
  readonly bare: boolean;
  /** Its sshd is one of those (from 9.8 on) that punish an address that breaks off many connections. */
  readonly hasPenalties: boolean;
};
