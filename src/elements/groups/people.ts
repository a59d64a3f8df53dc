/** The elements that show who else is here, and who signed in: loaded together. */
import '../base/v-presence.ts';
import '../base/v-signed-in.ts';
