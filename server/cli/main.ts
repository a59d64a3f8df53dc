/** `vantage VERB …`: finds the verb, hands it the streams and Ctrl-C, and says in the exit status how it went. */
import { fileURLToPath } from 'node:url';
import { ContentError } from '../content/load.ts';
import { UsageError } from '../config/loadSettings.ts';
import { LabError, messageOf } from '../lab/problem.ts';
import { exits } from './command/exitStatus.ts';
import { CliError, type CliContext, type Terminal, type Verb } from './command/verb.ts';
import { verbOf } from './verbs.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { stdout, stderr } = process;

// Whoever reads may stop, as `| head` does.
stdout.on('error', () => process.exit(exits.agrees));

/** Of a terminal that does not say how wide it is. */
const widthOfNone = 80;
const ending = new AbortController();
const terminal: Terminal | undefined = stderr.isTTY
  ? { write: (text) => void stderr.write(text), columns: () => stderr.columns || widthOfNone }
  : undefined;
const shell: CliContext = {
  out: (text) => void stdout.write(text),
  // On a terminal a line that moves may stand there.
  print: (line) => void stderr.write(`${terminal ? '\r\u001b[K' : ''}${line}\n`),
  terminal,
  signal: ending.signal,
  root,
};

async function main([name = 'help', ...args]: readonly string[]): Promise<number> {
  const verb = verbOf(['--help', '-h'].includes(name) ? 'help' : name);
  const end = args.indexOf('--');
  if (args.slice(0, end === -1 ? args.length : end).some((arg) => arg === '--help' || arg === '-h')) {
    shell.out(`${verb.usage}\n`);
    return exits.agrees;
  }
  if (verb.cancels) listen(verb);
  return verb.run(args, shell);
}

/** The first signal ends the verb in good order, a second one at once. */
function listen({ name }: Verb): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      if (ending.signal.aborted) process.exit(exits.interrupted);
      ending.abort(new Error(`${name} was ended by ${signal}`));
    });
}

function failed(error: unknown): number {
  if (error instanceof CliError) {
    shell.print(`vantage: ${error.message}${error.usage === '' ? '' : `\n\n${error.usage}`}`);
    return exits.usage;
  }
  if (ending.signal.aborted) {
    shell.print(`vantage: ${messageOf(error)}`);
    return exits.interrupted;
  }
  // Errors without a code of the system, and not of a special kind, are sentences of ours.
  const ours = error instanceof ContentError || error instanceof LabError || error instanceof UsageError;
  const said = error instanceof Error && error.constructor === Error && !('code' in error);
  const disk = error instanceof Error && 'code' in error && diskCodes.has(String(error.code));
  shell.print(`vantage: ${ours || said || disk ? messageOf(error) : broken(error)}`);
  return ours || said || disk ? exits.usage : exits.broken;
}

const diskCodes = new Set(['EACCES', 'EROFS', 'ENOSPC', 'ENOTDIR', 'EISDIR', 'ERR_SQLITE_ERROR']);

const broken = (error: unknown): string =>
  `something in Vantage itself failed; please report it.\n${error instanceof Error ? error.stack : String(error)}`;

process.exitCode = await main(process.argv.slice(2)).catch(failed);
