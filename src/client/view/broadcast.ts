/** Sends the presenter's place to the others: only the newest, one message at a time, at most four a second. */
import type { Place } from './present.ts';
import type { Answer, Request } from '../state/requests.ts';

/** A held key moves thirty times a second; the server closes the connection above ten messages a second. */
const PAUSE_MS = 250;

/** `onAnswer` gets the answer to each place, so that a presenter knows whether anybody sees it. */
export function createBroadcast(
  request: (request: Request) => Promise<Answer>,
  schedule: (ms: number, then: () => void) => void,
  onAnswer: (answer: Answer) => void,
) {
  let wanted: Place | null = null;
  let sent: Place | null | undefined;
  let busy = false;
  const sendNewest = () => {
    if (busy || sent === wanted) return;
    busy = true;
    sent = wanted;
    void request({ type: 'present', at: wanted }).then((answer) => {
      onAnswer(answer);
      schedule(PAUSE_MS, () => {
        busy = false;
        sendNewest();
      });
    });
  };
  return {
    /** `null` ends the presentation. */
    show(place: Place | null): void {
      wanted = place;
      sendNewest();
    },
    /** Sends the last place again, after a loss of connection. */
    resend(): void {
      sent = undefined;
      sendNewest();
    },
  };
}
