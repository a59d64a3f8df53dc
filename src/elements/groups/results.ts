/** The elements of a writeup that only draw results. They are part of the page's script, and wake up with the first result. */
import { define } from '../base/LiveElement.ts';
import { VAttempts } from '../lab/v-attempts.ts';
import { VLastRun } from '../run/v-last-run.ts';
import { VLimitation } from '../run/v-limitation.ts';
import { VObserved } from '../run/v-observed.ts';
import { VVerdict } from '../run/v-verdict.ts';

export function defineResults(): void {
  define('v-limitation', VLimitation);
  define('v-verdict', VVerdict);
  define('v-observed', VObserved);
  define('v-last-run', VLastRun);
  define('v-attempts', VAttempts);
}
