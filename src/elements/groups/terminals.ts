/** The elements that show terminals of runs: loaded together. */
import '../run/v-follow.ts';
import '../run/v-links.ts';
import '../run/v-record.ts';
