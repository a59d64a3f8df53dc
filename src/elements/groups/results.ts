/** The elements of a writeup that only draw results: loaded together, with the first result or press. */
import '../run/v-limitation.ts';
import '../run/v-last-run.ts';
import '../run/v-observed.ts';
import '../run/v-verdict.ts';
import '../lab/v-attempts.ts';
