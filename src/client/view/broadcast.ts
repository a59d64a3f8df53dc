/** Tells the others where a presenter is: the newest place wins, one message at a time, and not more than a server listens to. */
import type { Place } from './present.ts';
import type { Answer, Request } from '../state/requests.ts';

/** A key that is held down moves thirty times a second; a server that hears more than ten messages a second hangs up. */
const PAUSE_MS = 250;

export type Broadcast = {
  /** `null` ends the presentation. */
  show(place: Place | null): void;
  /** Says the last place once more, after a loss of connection. */
  resend(): void;
};

/** `heard` gets the answer to each place, so that a presenter knows whether anybody sees it. */
export function createBroadcast(
  request: (ask: Request) => Promise<Answer>,
  later: (ms: number, then: () => void) => void,
  heard: (answer: Answer) => void,
): Broadcast {
  let wanted: Place | null = null;
  let told: Place | null | undefined;
  let busy = false;
  const go = () => {
    if (busy || told === wanted) return;
    busy = true;
    told = wanted;
    void request({ type: 'present', at: wanted }).then((answer) => {
      heard(answer);
      later(PAUSE_MS, () => {
        busy = false;
        go();
      });
    });
  };
  return {
    show(place) {
      wanted = place;
      go();
    },
    resend() {
      told = undefined;
      go();
    },
  };
}
