/** What every verb of the command line has, and what it may use. The table of them is `verbs.ts`. */

/** Where a verb talks, and how it learns that it should end. */
export type CliContext = {
  /** Standard output: the result, and nothing else. */
  readonly out: (text: string) => void;
  /** Standard error, one line. */
  readonly print: (line: string) => void;
  /** Standard error when it is a terminal: what may be written over. */
  readonly terminal: Terminal | undefined;
  /** Aborted by the first Ctrl-C; only for verbs that `cancels`. */
  readonly signal: AbortSignal;
  /** The project's folder, with `content/` in it. */
  readonly root: string;
};
export type Terminal = { write(text: string): void; columns(): number };

export type Verb = {
  readonly name: string;
  /** One line for the list of verbs. */
  readonly about: string;
  readonly usage: string;
  /** Ctrl-C is for the verb, which ends in good order; otherwise it ends the process at once. */
  readonly cancels: boolean;
  /** Resolves with the exit status. Throws `CliError` for what the person at the keyboard can mend. */
  run(args: readonly string[], shell: CliContext): Promise<number>;
};

/** The arguments or the set-up are at fault. The message is for the person at the keyboard. */
export class CliError extends Error {
  readonly usage: string;
  constructor(message: string, usage = '') {
    super(message);
    this.usage = usage;
  }
}
