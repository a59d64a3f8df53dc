/** The elements that change the lab or compare its conditions: loaded together. */
import '../lab/v-condition-banner.ts';
import '../lab/v-diagnosis.ts';
import '../lab/v-options.ts';
import '../lab/v-path.ts';
import '../lab/v-try.ts';
