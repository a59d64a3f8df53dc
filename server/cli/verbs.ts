/** The table of verbs, and `vantage help`. */
import { bundleVerb } from './bundle.ts';
import { collectVerb } from './collect.ts';
import { configVerb } from './config.ts';
import { diagnoseVerb } from './diagnose.ts';
import { doctorVerb } from './doctor.ts';
import { CliError, exitStatus } from './command/exitStatus.ts';
import { gateVerb } from './gate.ts';
import { historyVerb } from './history.ts';
import { conditionsVerb, conditionVerb, labVerb } from './lab.ts';
import { suggestion } from '../../src/core/text/nearest.ts';
import { proposeVerb } from './propose.ts';
import { recordVerb } from './record.ts';
import { reportVerb } from './report.ts';
import { runVerb } from './run.ts';
import { storeVerb } from './store.ts';
import { tokenVerb } from './token.ts';
import { defineVerb, type Verb } from './command/verb.ts';
import { tryVerb } from './try.ts';
import { watchVerb } from './watch.ts';

const helpVerb = defineVerb({
  name: 'help',
  about: 'shows how a verb is used',
  operands: { form: '[VERB]', least: 0, expected: 'Expected one verb' },
  options: {},
  run({ operands: [name] }, { out }) {
    out(`${name === undefined ? overview() : verbOf(name).usage}\n`);
    return exitStatus.agrees;
  },
});

export const verbs: readonly Verb[] = [
  runVerb,
  reportVerb,
  bundleVerb,
  watchVerb,
  historyVerb,
  storeVerb,
  diagnoseVerb,
  collectVerb,
  doctorVerb,
  proposeVerb,
  tryVerb,
  conditionsVerb,
  conditionVerb,
  labVerb,
  gateVerb,
  tokenVerb,
  configVerb,
  recordVerb,
  helpVerb,
];

/** Throws `CliError`, with the nearest name, for an unknown verb. */
export function verbOf(name: string): Verb {
  const names = verbs.map((verb) => verb.name);
  const found = verbs.find((verb) => verb.name === name);
  if (found === undefined)
    throw new CliError(`There is no verb "${name}". ${suggestion(name, names)}`, overview());
  return found;
}

function overview(): string {
  const lines = verbs.map(({ name, about }) => `  ${name.padEnd(12)}${about}`);
  return `usage: vantage VERB [arguments]\n\n${lines.join('\n')}\n\n\`vantage help VERB\` says more. \`npm start\` serves the pages.`;
}
