// Brings up the site with hot reload: `npm run dev`. The work is in run/dev.mjs, loaded once Node is known to be new enough.
import { enter } from './enter.mjs';

enter('dev');
