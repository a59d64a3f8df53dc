/** The table of verbs, and `vantage help`. */
import { suggestion } from '../../src/core/text/nearest.ts';
import { CliError, exitStatus } from './command/exitStatus.ts';
import { defineVerb, type Verb } from './command/verb.ts';

const helpVerb = defineVerb({
  name: 'help',
  about: 'shows how a verb is used',
  operands: { form: '[VERB]', least: 0, expected: 'Expected one verb' },
  options: {},
  async run({ operands: [name] }, { out }) {
    out(`${name === undefined ? await overview() : (await verbOf(name)).usage}\n`);
    return exitStatus.agrees;
  },
});

/** Loaded when they are asked for: one verb does not wait for what the others need. */
const loaders = {
  init: async () => (await import('./init.ts')).initVerb,
  new: async () => (await import('./new.ts')).newVerb,
  run: async () => (await import('./run.ts')).runVerb,
  report: async () => (await import('./report.ts')).reportVerb,
  bundle: async () => (await import('./report.ts')).bundleVerb,
  watch: async () => (await import('./watch.ts')).watchVerb,
  history: async () => (await import('./history.ts')).historyVerb,
  store: async () => (await import('./store.ts')).storeVerb,
  diagnose: async () => (await import('./diagnose.ts')).diagnoseVerb,
  doctor: async () => (await import('./doctor.ts')).doctorVerb,
  propose: async () => (await import('./propose.ts')).proposeVerb,
  try: async () => (await import('./try.ts')).tryVerb,
  collect: async () => (await import('./collect.ts')).collectVerb,
  conditions: async () => (await import('./lab.ts')).conditionsVerb,
  condition: async () => (await import('./lab.ts')).conditionVerb,
  lab: async () => (await import('./lab.ts')).labVerb,
  gate: async () => (await import('./gate.ts')).gateVerb,
  token: async () => (await import('./token.ts')).tokenVerb,
  config: async () => (await import('./config.ts')).configVerb,
  matrix: async () => (await import('./matrix.ts')).matrixVerb,
  record: async () => (await import('./record.ts')).recordVerb,
  help: () => helpVerb,
} satisfies Readonly<Record<string, () => Verb | Promise<Verb>>>;
export const verbNames = Object.keys(loaders) as readonly (keyof typeof loaders)[];

/** Rejects with `CliError`, with the nearest name, for an unknown verb. */
export async function verbOf(name: string): Promise<Verb> {
  const known = verbNames.find((one) => one === name);
  if (known === undefined)
    throw new CliError(`There is no verb "${name}". ${suggestion(name, verbNames)}`, await overview());
  return loaders[known]();
}

async function overview(): Promise<string> {
  const verbs = await Promise.all(verbNames.map(verbOf));
  const lines = verbs.map(({ name, about }) => `  ${name.padEnd(12)}${about}`);
  return `usage: vantage VERB [arguments]\n\n${lines.join('\n')}\n\n\`vantage help VERB\` says more. \`vantage start\` serves the pages, \`vantage dev\` with hot reload; \`vantage test\` tests the content, \`vantage matrix\` its labs.`;
}
