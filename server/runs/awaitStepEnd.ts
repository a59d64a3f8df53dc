/** Waits for the end of a step, and no longer than its machine may take for it. What the end means is left to `take.ts`. */
import type { Step } from '../../src/core/check/check.ts';
import type { Channel, CommandResult } from '../agent/contract.ts';

/** A machine that does not confirm the end of a command within this time is given up; the lease there ends it. */
const confirmMs = 10_000;

type Waiting = { readonly step: Step; readonly channel: Channel; readonly ended: Promise<CommandResult> };

/** When the signal is aborted the command is cancelled; never rejects. */
export async function awaitStepEnd(
  { ended, channel, step }: Waiting,
  signal: AbortSignal,
): Promise<CommandResult> {
  let timer: NodeJS.Timeout | undefined;
  const unconfirmed = new Promise<CommandResult>((resolve) => {
    const giveUp = (message: string) => () => resolve({ how: 'lost', message });
    const onAbort = () => {
      channel.cancel();
      clearTimeout(timer);
      timer = setTimeout(
        giveUp(
          `\`${step.id}\` was cancelled, but the machine did not confirm within ${confirmMs / 1000} s that its process is gone. Its lease there ends it.`,
        ),
        confirmMs,
      );
    };
    timer = setTimeout(
      giveUp(
        `\`${step.id}\` did not end, and the machine did not enforce its limit of ${step.limits.seconds} s.`,
      ),
      step.limits.seconds * 1000 + confirmMs,
    );
    if (signal.aborted) onAbort();
    else {
      signal.addEventListener('abort', onAbort, { once: true });
      void ended.then(() => signal.removeEventListener('abort', onAbort));
    }
  });
  try {
    return await Promise.race([ended, unconfirmed]);
  } finally {
    clearTimeout(timer);
  }
}
