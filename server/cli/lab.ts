/** `vantage lab`, `conditions` and `condition`: the lab by hand. What they do is in `labCommand.ts`. */
import { labCommand, labUsage } from './labCommand.ts';
import type { Verb } from './command/verb.ts';

const usage = `usage: ${labUsage}`;

export const labVerb: Verb = {
  name: 'lab',
  about: 'brings the lab up or down, says how it is, opens a shell on a machine',
  ...{ usage, cancels: false },
  run: (args, { root }) => labCommand(args, root),
};

export const conditionsVerb: Verb = {
  name: 'conditions',
  about: 'lists the states that the lab can be put in',
  ...{ usage, cancels: false },
  run: (args, { root }) => labCommand(['conditions', ...args], root),
};

export const conditionVerb: Verb = {
  name: 'condition',
  about: 'says which state the lab is in, or applies another: condition apply CAUSE [REMEDY]',
  ...{ usage, cancels: false },
  run: (args, { root }) => labCommand(['condition', ...args], root),
};
