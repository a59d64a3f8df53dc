// Brings up the site and its lab: `npm start`. The work is in run/start.mjs, loaded once Node is known to be new enough.
import { enter } from './enter.mjs';

enter('start');
