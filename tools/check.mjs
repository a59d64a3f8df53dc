// Checks types, lint, format and our own rules: `npm run check`. The work is in run/check.mjs, loaded once Node is known to be new enough.
import { enter } from './enter.mjs';

enter('check');
