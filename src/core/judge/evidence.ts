/** What came back from a check's steps, as the judge sees it: text, or the problem that stood in the way. */
import type { EndedStep } from '../run/entry.ts';
import type { Problem } from '../vocabulary.ts';

export type CompleteStep = {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
};

export type StepResult =
  | { readonly how: 'complete'; readonly step: CompleteStep }
  | { readonly how: 'problem'; readonly problem: Problem };

/** The problem with a step that ended, if it may not be judged. Bytes and hash were compared by whoever received them. */
export function problemOfEnd(
  step: string,
  ended: EndedStep,
  limits: { seconds: number; bytes: number },
): Problem | undefined {
  switch (ended.how) {
    case 'complete':
      return undefined;
    case 'truncated':
      return {
        kind: 'truncated',
        step,
        message: `\`${step}\` wrote more than its limit of ${limits.bytes} bytes and was cut off. What is missing cannot be judged: narrow the command, or raise \`limits.bytes\`.`,
      };
    case 'overtime':
      return {
        kind: 'timed-out',
        step,
        message: `\`${step}\` did not end within its limit of ${limits.seconds} s and was ended. Look at what it was waiting for, or raise \`limits.seconds\`.`,
      };
    case 'cancelled':
      return {
        kind: 'cancelled',
        step,
        message: `\`${step}\` was cancelled, and the machine confirmed that its process is gone.`,
      };
    case 'refused':
      return { kind: 'not-permitted', step, message: ended.message };
    case 'lost':
      return { kind: 'lost', step, message: ended.message };
  }
}

/**
 * A command that the machine does not have, read from what shells and wrappers say in the C locale:
 * dash `sh: 1: ss: not found`, bash `ss: command not found`, `timeout: failed to run command 'x': No such file or directory`.
 */
export function missingCommand(stderr: string, needs: readonly string[]): string | undefined {
  for (const line of stderr.split('\n')) {
    const named =
      /(?:^|[\s:'"/])([a-z0-9._+-]+)['"]?: (?:command )?not found\s*$|(?:failed to run command|env:) ['‘"](?:[^'’"]*\/)?([a-z0-9._+-]+)['’"]: No such file/.exec(
        line,
      );
    const name = named?.[1] ?? named?.[2];
    if (name !== undefined && needs.includes(name)) return name;
  }
  return undefined;
}
