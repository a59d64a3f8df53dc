/** The elements that show terminals of runs: loaded together. */
import './v-follow.ts';
import './v-record.ts';
