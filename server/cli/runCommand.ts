/** One command of the command line in this process: finds the verb, runs it, and says what was wrong. Streams and signals are handed in. */
import { codeOf, messageOf, stackOf } from '../files/errors.ts';
import { CliError, exitStatus } from './command/exitStatus.ts';
import type { CliContext, Verb } from './command/verb.ts';
import { verbOf } from './verbs.ts';

/**
 * Runs `vantage VERB …`. Resolves with the exit status, also after an error, which is printed.
 * `begin` is called with the verb before it runs.
 */
export async function runCommand(
  [name = 'help', ...args]: readonly string[],
  context: CliContext,
  begin: (verb: Verb) => void = () => {},
): Promise<number> {
  try {
    const verb = await verbOf(['--help', '-h'].includes(name) ? 'help' : name);
    const end = args.indexOf('--');
    if (args.slice(0, end === -1 ? args.length : end).some((arg) => arg === '--help' || arg === '-h')) {
      context.out(`${verb.usage}\n`);
      return exitStatus.agrees;
    }
    begin(verb);
    return await verb.run(args, context);
  } catch (error) {
    return report(error, context);
  }
}

function report(error: unknown, { print, signal }: CliContext): number {
  if (error instanceof CliError) {
    print(`vantage: ${error.message}${error.usage === '' ? '' : `\n\n${error.usage}`}`);
    return exitStatus.usage;
  }
  if (signal.aborted) {
    print(`vantage: ${messageOf(error)}`);
    return exitStatus.interrupted;
  }
  // A plain Error without a system code is a sentence of ours.
  const isPlain = error instanceof Error && error.constructor === Error && codeOf(error) === '';
  const isKnown = error instanceof Error && sentences.has(error.constructor.name);
  const isSentence = isPlain || isKnown || diskCodes.has(codeOf(error));
  const bug = `something in Vantage itself failed; please report it.\n${stackOf(error)}`;
  print(`vantage: ${isSentence ? messageOf(error) : bug}`);
  return isSentence ? exitStatus.usage : exitStatus.broken;
}

/** Errors for the person at the keyboard, by name: a verb that needs none of these parts does not load them. */
const sentences = new Set(['ContentError', 'LabError', 'UsageError', 'AuthFileError']);
const diskCodes = new Set(['EACCES', 'EROFS', 'ENOSPC', 'ENOTDIR', 'EISDIR', 'ERR_SQLITE_ERROR']);
