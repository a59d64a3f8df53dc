/** What a verb of the command line is made of, and what it may use. */
import { CliError, exitStatus } from './exitStatus.ts';
import { type Options, readOptions, type Values } from './options.ts';

/** Where a verb writes, and how it learns that it should end. */
export type CliContext = {
  /** Standard output: the result, and nothing else. */
  readonly out: (text: string) => void;
  /** Standard error, one line. */
  readonly print: (line: string) => void;
  /** Standard error when it is a terminal, where a line can be overwritten. */
  readonly terminal: Terminal | undefined;
  /** Aborted by the first Ctrl-C; only for verbs that `cancels`. */
  readonly signal: AbortSignal;
  /** The project's folder, with `content/` in it. */
  readonly root: string;
};
export type Terminal = { write(text: string): void; columns(): number };

export type Verb = {
  readonly name: string;
  readonly about: string;
  readonly usage: string;
  /** Ctrl-C is for the verb, which ends in good order; otherwise it ends the process at once. */
  readonly cancels: boolean;
  /** Resolves with the exit status. Throws a sentence for what the person at the keyboard can correct. */
  run(args: readonly string[], context: CliContext): Promise<number>;
};

type VerbDefinition<O extends Options> = {
  readonly name: string;
  readonly about: string;
  /** The arguments that are no options: as the help shows them, how many, and what to say otherwise. */
  readonly operands?: {
    readonly form: string;
    readonly expected: string;
    /** One each, where it is not said. */
    readonly least?: number;
    readonly most?: number;
  };
  readonly options: O;
  readonly notes?: string;
  readonly cancels?: boolean;
  /** Without an exit status it did what it was asked. */
  run(
    input: { readonly values: Values<O>; readonly operands: readonly string[] },
    context: CliContext,
  ): number | Promise<number> | Promise<void>;
};

const noOperands = { least: 0, most: 0 };
/** For a verb that says by itself what is wrong with them. */
export const anyOperands = { least: 0, most: Number.POSITIVE_INFINITY, expected: '' };

/** Makes a verb whose help and parser come from the same table. */
export function defineVerb<const O extends Options>(definition: VerbDefinition<O>): Verb {
  const { name, about, operands: wanted, options, notes, cancels = false, run } = definition;
  const lines = Object.entries(options).map(
    ([option, { label, about: what }]) => `${`  --${option} ${label}`.trimEnd().padEnd(22)} ${what}`,
  );
  const first = ['usage: vantage', name, wanted?.form ?? [], lines.length > 0 ? '[options]' : []].flat();
  const parts = [first.join(' '), lines.join('\n'), notes ?? ''];
  const usage = parts.filter((part) => part !== '').join('\n\n');
  return {
    ...{ name, about, usage, cancels },
    async run(args, context) {
      const { values, operands } = readOptions(args, usage, options);
      const {
        least = 1,
        most = 1,
        expected,
      } = wanted ?? { ...noOperands, expected: 'Expected options only' };
      if (operands.length < least || operands.length > most) {
        const found = operands.length > most ? `, found "${operands[most]}"` : '';
        throw new CliError(`${expected}${found}.`, usage);
      }
      return (await run({ values, operands }, context)) ?? exitStatus.agrees;
    },
  };
}

/** A verb of several, as `vantage store keep`; `otherwise` runs when none is named. */
export function groupVerbs(name: string, about: string, verbs: readonly Verb[], otherwise?: Verb): Verb {
  const all = otherwise === undefined ? verbs : [otherwise, ...verbs];
  const usage = all.map((verb) => verb.usage).join('\n\n');
  return {
    ...{ name, about, usage, cancels: all.some(({ cancels }) => cancels) },
    run(args, context) {
      const [first = '', ...rest] = args;
      if (otherwise !== undefined && (first === '' || first.startsWith('-')))
        return otherwise.run(args, context);
      const verb = verbs.find((one) => one.name === `${name} ${first}`);
      if (verb !== undefined) return verb.run(rest, context);
      const names = verbs.map((one) => one.name.slice(name.length + 1));
      throw new CliError(`Expected one of ${names.join(', ')}; found "${first}".`, usage);
    },
  };
}
