/** Waits for the end of a step, but no longer than its machine may need. */
import type { Step } from '../../src/core/check/check.ts';
import type { Channel, CommandResult } from '../agent/contract.ts';

/** A machine that does not confirm an end within this time counts as lost; the lease there ends the command. */
const confirmMs = 10_000;

type StartedStep = { readonly step: Step; readonly channel: Channel; readonly ended: Promise<CommandResult> };

/** Cancels the command when the signal is aborted. Never rejects. */
export async function awaitStepEnd(
  { ended, channel, step }: StartedStep,
  signal: AbortSignal,
): Promise<CommandResult> {
  const { promise: lost, resolve } = Promise.withResolvers<CommandResult>();
  const loseAfter = (ms: number, message: string) =>
    setTimeout(() => resolve({ how: 'lost', message: `\`${step.id}\` ${message}` }), ms);
  let timer = loseAfter(
    step.limits.seconds * 1000 + confirmMs,
    `did not end, and the machine did not enforce its limit of ${step.limits.seconds} s.`,
  );
  const onAbort = () => {
    channel.cancel();
    clearTimeout(timer);
    timer = loseAfter(
      confirmMs,
      `was cancelled, but the machine did not confirm within ${confirmMs / 1000} s that its process is gone. Its lease there ends it.`,
    );
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([ended, lost]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    clearTimeout(timer);
  }
}
