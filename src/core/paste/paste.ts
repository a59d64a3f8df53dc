/** What a reader pasted, read: which lines were taken for which step, what was replaced and ignored, and what is asked for. */
import type { Judgement } from '../run/judgement.ts';

/** More is cut, and said. */
export const MAX_PASTE_BYTES = 1_048_576;
export const MAX_PASTE_LINES = 20_000;

/** A line without its decorations; `at` is its number in the paste, from 1. */
export type PasteLine = { readonly at: number; readonly text: string };
/** Lines of the paste count from 1; `exit` is undefined where nothing proves it. */
export type PastedStep = {
  readonly check: string;
  readonly step: string;
  readonly lines: readonly [first: number, last: number];
  readonly command: string;
  readonly exit: number | undefined;
};
/** An address or a port: the pasted one stands for the documented one. */
export type Replacement = { readonly pasted: string; readonly documented: string };
export type PasteReading = {
  readonly took: readonly PastedStep[];
  readonly replaced: readonly Replacement[];
  readonly ignored: readonly { readonly lines: readonly [number, number]; readonly why: string }[];
  /** A sentence, when something was cut. */
  readonly cut?: string;
};
/** What is missing, and the one command that would settle it. */
export type Ask = { readonly message: string; readonly command?: string; readonly role?: string };
export type PastedRow = {
  readonly check: string;
  readonly judgement: Judgement;
  readonly asks: readonly Ask[];
};
export type PasteResult = { readonly reading: PasteReading; readonly rows: readonly PastedRow[] };
export type CollectedStep = {
  readonly check: string;
  readonly step: string;
  /** Empty where the first line of its machine is missing. */
  readonly role: string;
  readonly lines: readonly [first: number, last: number];
  readonly command: string;
  readonly stdout: string;
  readonly stderr: string;
  /** Both unknown where the paste ends before them, and for what the script left out. */
  readonly exit: number | undefined;
  readonly seconds: number | undefined;
  /** `truncated`: the script printed the beginning only. `cut`: the paste has the beginning only. */
  readonly end: 'complete' | 'overtime' | 'truncated' | 'cut' | 'left-out';
  readonly why?: string;
};
