/** `vantage VERB …`: gives the command the streams and Ctrl-C, and sets the exit status. */
import { PROJECT } from '../files/project.ts';
import { exitStatus } from './command/exitStatus.ts';
import type { CliContext, Terminal, Verb } from './command/verb.ts';
import { runCommand } from './runCommand.ts';

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

/** The first signal ends a verb that `cancels` in good order, a second one at once. */
function listenForSignals({ name, cancels }: Verb): void {
  if (!cancels) return;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      if (ending.signal.aborted) process.exit(exitStatus.interrupted);
      ending.abort(new Error(`${name} was ended by ${signal}`));
    });
}

process.exitCode = await runCommand(process.argv.slice(2), context, listenForSignals);
