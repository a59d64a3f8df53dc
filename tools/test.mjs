// Runs all tests: `npm test`. The work is in run/test.mjs, loaded once Node is known to be new enough.
import { enter } from './enter.mjs';

enter('test');
