/** The elements that show who else is here, and who presents: loaded together. */
import '../base/v-presence.ts';
import '../base/v-signed-in.ts';
import '../present/v-presenting.ts';
