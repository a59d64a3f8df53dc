/** The elements that say from results which causes fit: loaded together, with the first result. */
import '../lab/v-diagnosis.ts';
import '../lab/v-path.ts';
