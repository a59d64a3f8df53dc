/** The elements that change the lab or compare its conditions: loaded together. */
import './v-condition-banner.ts';
import './v-conditions.ts';
import './v-diagnosis.ts';
import './v-options.ts';
import './v-path.ts';
import './v-try.ts';
