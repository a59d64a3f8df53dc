/** `vantage VERB …`: finds the verb, gives it the streams and Ctrl-C, and sets the exit status. */
import { codeOf, messageOf, stackOf } from '../files/errors.ts';
import { PROJECT } from '../files/project.ts';
import { CliError, exitStatus } from './command/exitStatus.ts';
import type { CliContext, Terminal, Verb } from './command/verb.ts';
import { verbOf } from './verbs.ts';

const { stdout, stderr } = process;

// The reader may stop, as `| head` does.
stdout.on('error', () => process.exit(exitStatus.agrees));

const defaultColumns = 80;
const ending = new AbortController();
const terminal: Terminal | undefined = stderr.isTTY
  ? { write: (text) => void stderr.write(text), columns: () => stderr.columns || defaultColumns }
  : undefined;
const context: CliContext = {
  out: (text) => void stdout.write(text),
  // On a terminal, erase the progress line first.
  print: (line) => void stderr.write(`${terminal ? '\r\u001b[K' : ''}${line}\n`),
  terminal,
  signal: ending.signal,
  root: PROJECT,
};

async function main([name = 'help', ...args]: readonly string[]): Promise<number> {
  const verb = await verbOf(['--help', '-h'].includes(name) ? 'help' : name);
  const end = args.indexOf('--');
  if (args.slice(0, end === -1 ? args.length : end).some((arg) => arg === '--help' || arg === '-h')) {
    context.out(`${verb.usage}\n`);
    return exitStatus.agrees;
  }
  if (verb.cancels) listenForSignals(verb);
  return verb.run(args, context);
}

/** The first signal ends the verb in good order, a second one at once. */
function listenForSignals({ name }: Verb): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      if (ending.signal.aborted) process.exit(exitStatus.interrupted);
      ending.abort(new Error(`${name} was ended by ${signal}`));
    });
}

function report(error: unknown): number {
  if (error instanceof CliError) {
    context.print(`vantage: ${error.message}${error.usage === '' ? '' : `\n\n${error.usage}`}`);
    return exitStatus.usage;
  }
  if (ending.signal.aborted) {
    context.print(`vantage: ${messageOf(error)}`);
    return exitStatus.interrupted;
  }
  // A plain Error without a system code is a sentence of ours.
  const isPlain = error instanceof Error && error.constructor === Error && codeOf(error) === '';
  const isKnown = error instanceof Error && sentences.has(error.constructor.name);
  const isSentence = isPlain || isKnown || diskCodes.has(codeOf(error));
  const bug = `something in Vantage itself failed; please report it.\n${stackOf(error)}`;
  context.print(`vantage: ${isSentence ? messageOf(error) : bug}`);
  return isSentence ? exitStatus.usage : exitStatus.broken;
}

/** Errors for the person at the keyboard, by name: a verb that needs none of these parts does not load them. */
const sentences = new Set(['ContentError', 'LabError', 'UsageError', 'AuthFileError']);
const diskCodes = new Set(['EACCES', 'EROFS', 'ENOSPC', 'ENOTDIR', 'EISDIR', 'ERR_SQLITE_ERROR']);

process.exitCode = await main(process.argv.slice(2)).catch(report);
