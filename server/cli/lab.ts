/** `vantage lab`, `conditions` and `condition`: the lab by hand. What they do is in `server/lab/cli.ts`. */
import { labCommand, labUsage } from '../lab/cli.ts';
import type { Verb } from './verb.ts';

const usage = `usage: ${labUsage}`;

export const labVerb: Verb = {
  name: 'lab',
  about: 'brings the lab up or down, says how it is, opens a shell on a machine',
  ...{ usage, cancels: false },
  run: (args) => labCommand(args),
};

export const conditionsVerb: Verb = {
  name: 'conditions',
  about: 'lists the states that the lab can be put in',
  ...{ usage, cancels: false },
  run: (args) => labCommand(['conditions', ...args]),
};

export const conditionVerb: Verb = {
  name: 'condition',
  about: 'says which state the lab is in, or applies another: condition apply CAUSE [REMEDY]',
  ...{ usage, cancels: false },
  run: (args) => labCommand(['condition', ...args]),
};
