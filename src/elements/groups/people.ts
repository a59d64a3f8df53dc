/** The elements that show who else is here, who signed in, and what a reader must be told: loaded together. */
import '../base/v-presence.ts';
import '../base/v-signed-in.ts';
import '../run/v-notices.ts';
