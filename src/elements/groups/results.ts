/** The elements of a writeup that only draw results: loaded together, with the first result. */
import '../run/v-announcer.ts';
import '../run/v-limitation.ts';
import '../lab/v-attempts.ts';
