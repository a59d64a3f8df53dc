/** The elements that change the lab or compare its conditions: loaded together, where there is a lab. */
import '../lab/v-condition-banner.ts';
import '../lab/v-options.ts';
import '../lab/v-try.ts';
