/** The result of a step as the judge sees it: its output, or the problem that stood in the way. */
import type { Step } from '../check/check.ts';
import type { EndedStep } from '../run/entry.ts';
import { never, type Problem } from '../vocabulary.ts';

export type CompleteStep = {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
};

export type StepResult =
  | { readonly how: 'complete'; readonly step: CompleteStep }
  | { readonly how: 'problem'; readonly problem: Problem };

/** The problem with a step that ended, if it may not be judged. */
export function problemOfEnd(
  step: string,
  ended: EndedStep,
  limits: { seconds: number; bytes: number },
): Problem | undefined {
  const problem = (kind: Problem['kind'], message: string) => ({ kind, step, message });
  switch (ended.how) {
    case 'complete':
      return undefined;
    case 'truncated':
      return problem(
        'truncated',
        `\`${step}\` wrote more than its limit of ${limits.bytes} bytes and was cut off. What is missing cannot be judged: narrow the command, or raise \`limits.bytes\`.`,
      );
    case 'overtime':
      return problem(
        'timed-out',
        `\`${step}\` did not end within its limit of ${limits.seconds} s and was ended. Find out what it was waiting for, or raise \`limits.seconds\`.`,
      );
    case 'cancelled':
      return problem(
        'cancelled',
        `\`${step}\` was cancelled, and the machine confirmed that its process is gone.`,
      );
    case 'refused':
      return problem('not-permitted', ended.message);
    case 'lost':
      return problem('lost', ended.message);
    default:
      return never(ended);
  }
}

const notFound =
  /(?:^|[\s:'"/])([a-z0-9._+-]+)['"]?: (?:command )?not found\s*$|(?:failed to run command|can't execute|env:) ['‘"](?:[^'’"]*\/)?([a-z0-9._+-]+)['’"]: No such file|exec: "([a-z0-9._+-]+)": executable file not found/;

/**
 * A command that the machine does not have, read from what shells and wrappers print in the C locale:
 * dash `sh: 1: ss: not found`, bash `ss: command not found`, `timeout: failed to run command 'x': No such file or directory`,
 * busybox `timeout: can't execute 'x': No such file or directory`, runc behind docker and kubectl `exec: "x": executable file not found in $PATH`.
 */
export function missingCommand(stderr: string, needs: readonly string[]): string | undefined {
  for (const line of stderr.split('\n')) {
    const named = notFound.exec(line);
    const name = named?.[1] ?? named?.[2] ?? named?.[3];
    if (name !== undefined && needs.includes(name)) return name;
  }
  return undefined;
}

type Inside = NonNullable<Step['inside']>;

const REFUSALS = {
  docker:
    /^(?:Error response from daemon: |Error: No such container: |Cannot connect to the Docker daemon|OCI runtime exec failed: |error during connect: |permission denied while trying to connect to the Docker daemon).*/m,
  kubectl:
    /^(?:Error from server.*|error: .*|Unable to connect to the server.*|The connection to the server .*)/m,
};
/** kubectl's own line for a command that ran, and ended with another status than 0. */
const RAN = /^command terminated with exit code \d+$/m;

/** What a wrapper and the shell say of a command that did not start: docker's daemon 20.10.24 says it on stdout, with exit 126. */
export const startFaults = (inside: Inside | undefined, { exit, stderr, stdout }: CompleteStep): string =>
  inside && (exit === 126 || exit === 127) ? `${stderr}\n${stdout}` : stderr;

/** The line of `said` that says that the command was never started inside. */
export function wrapperRefusal(inside: Inside, exit: number, said: string): string | undefined {
  if (exit === 0 || RAN.test(said)) return undefined;
  return REFUSALS['docker' in inside ? 'docker' : 'kubectl'].exec(said)?.[0];
}
