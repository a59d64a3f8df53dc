/** Defines every element. The page can be read without them. */
import '../client/session/schema-mode.ts';

import.meta.glob('./*/v-*.ts', { eager: true });
