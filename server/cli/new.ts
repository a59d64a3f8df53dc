/** `vantage new`: a check made from what a command prints, or a further writeup. */
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import type { CompleteStep } from '../../src/core/judge/evidence.ts';
import { createMask } from '../../src/core/secrets/mask.ts';
import { visible } from '../../src/core/text/visibleText.ts';
import { idSchema } from '../../src/core/vocabulary.ts';
import { recordedEvidence } from '../content/propose.ts';
import type { LoadedWriteup } from '../content/load.ts';
import { type Credentials, credentialsForStep } from '../fleet/credentials.ts';
import { shellQuote } from '../files/shellQuote.ts';
import { draftCheck, emptyCheck, commandFaults } from './draftCheck.ts';
import { isThere, machinesOf, writeNewFiles, writeupFiles, inventoryOption } from './init.ts';
import { CliError } from './command/exitStatus.ts';
import { required, text } from './command/options.ts';
import { targetChoice, targetOptions } from './command/openTarget.ts';
import { roleOf, writeupNamed } from './command/selectChecks.ts';
import { loadWriteups, openSession } from './command/session.ts';
import { defineVerb, groupVerbs } from './command/verb.ts';

const newWriteup = defineVerb({
  name: 'new writeup',
  about: 'begins a writeup in content/',
  operands: { form: 'NAME', expected: 'Expected the name of the new writeup' },
  options: inventoryOption,
  async run({ values, operands: [name = ''] }, { root, print, out }) {
    if (!isThere(join(root, 'content')))
      throw new CliError(`There is no content in ${root}; begin with: npx vantage init`);
    const machines =
      values.inventory === undefined ? undefined : machinesOf(resolve(values.inventory), print);
    const files = writeupFiles(root, name, machines);
    if (isThere(join(root, 'content', name)))
      throw new CliError(`Nothing was written, because content/${name} is there already.`);
    writeNewFiles(root, files);
    out(`${[...files.keys()].join('\n')}\n`);
  },
});

const newCheck = defineVerb({
  name: 'new check',
  about: 'runs a command and writes a check from what came back',
  operands: {
    form: 'ID --on ROLE -- COMMAND…',
    least: 0,
    most: Number.POSITIVE_INFINITY,
    expected: '',
  },
  options: {
    on: required(text('ROLE', 'the machine that runs it')),
    writeup: text('NAME', 'the writeup that gets the check (default: the one that has the role)'),
    ...targetOptions,
  },
  notes: `Runs the command twice, to see what stays the same. The check expects that, with samples that it must accept and reject.
What it means is left to you: until no "TODO:" is left in it, \`vantage try ID\` and the build say where.`,
  cancels: true,
  async run({ values, operands: [id = '', ...words] }, { root, out, print, signal }) {
    if (!idSchema.safeParse(id).success)
      throw new CliError(
        `Expected the id of the new check, of lower-case letters, digits and hyphens, found "${id}".`,
      );
    const command = words.length === 1 ? (words[0] ?? '') : words.map(shellQuote).join(' ');
    if (command.trim() === '')
      throw new CliError(
        `Expected a command after \`--\`, as in: vantage new check ${id} --on ${values.on} -- uname -s`,
      );
    if (/[\r\n]/.test(command)) throw new CliError('Expected a command of one line, found several.');
    const writeups = await loadWriteups(root);
    const { writeup, role } = writeupOf(writeups, values.on, values.writeup);
    const path = join('content', writeup.id, 'checks', `${id}.yaml`);
    if (isThere(join(root, path)))
      throw new CliError(`Nothing was run or written, because ${path} is there already.`);
    const taken = writeup.checks.get(id);
    if (taken)
      throw new CliError(
        `Nothing was run or written, because ${taken.file} makes the check ${id}: take another id.`,
      );
    const choice = targetChoice(values);
    if (choice.kind === 'lab' && writeup.lab === undefined)
      throw new CliError(`${writeup.id} has no lab; name the machines with --fleet INVENTORY.`);
    const asked = { id, role, command };
    const empty = emptyCheck(asked);
    const refused = commandFaults(empty);
    if (refused.length > 0) throw new CliError(`Nothing was run: ${refused.join('; ')}.`);
    const loaded = { check: empty, hash: '', file: path };
    // With the check in it: a gate allows what its writeup has.
    const extended = { ...writeup, checks: new Map([...writeup.checks, [id, loaded]]) };
    const all = writeups.map((one) => (one === writeup ? extended : one));
    const selected = { writeup: extended, loaded };
    const session = await openSession({
      ...{
        root,
        writeups: all,
        checks: [selected],
        choice,
        place: undefined,
        by: 'vantage new check',
        signal,
        log: print,
      },
    });
    try {
      print(`Running it twice on ${session.target.message}.`);
      const once = async (): Promise<CompleteStep> => {
        const { ended, records } = await session.runChecks([selected]);
        const [run] = records.flatMap(({ runs }) => runs);
        const step = run && recordedEvidence(empty, run).steps.get('command');
        if (step !== undefined && step.exit < 126) return masked(step, all, session.target.open.credentials);
        const why =
          ended[0]?.judgement.problem?.message ?? `The command ended with exit ${step?.exit ?? 'unknown'}.`;
        throw new CliError(`Nothing was written. ${why} ${step?.stderr ?? ''}`.trim());
      };
      const [first, second] = [await once(), await once()];
      out(`${role} $ ${command}\n${visible(`${first.stdout}${first.stderr}`)}exit ${first.exit}\n\n`);
      if (first.exit !== second.exit)
        throw new CliError(
          `Nothing was written. The command ended with ${first.exit}, and then with ${second.exit}: it gives no result to document.`,
        );
      const origin = session.target.open.fleet.source === 'lab' ? 'the lab' : `a machine of ${role}`;
      const { check, notes } = draftCheck(asked, origin, first, second);
      const yaml = stringify(check, { lineWidth: 0, aliasDuplicateObjects: false });
      writeNewFiles(root, new Map([[path, yaml]]));
      for (const note of notes) print(note);
      out(
        `${path}\n\nNext: write what "TODO:" asks for, with: npx vantage try ${id}\nIts effect is "${check.effect}": correct that if a run does more.\nThen put it into the page: <Evidence checks={['${id}']} />\n`,
      );
    } finally {
      await session.close();
    }
  },
});

/** The writeup that the check is for. Throws which there are. */
function writeupOf(writeups: readonly LoadedWriteup[], on: string, named: string | undefined) {
  const within = named === undefined ? writeups : [writeupNamed(writeups, named)];
  const role = roleOf(on, within);
  const fitting = within.filter(({ writeup }) => writeup.roles.some((one) => one.role === role));
  const [writeup, another] = fitting;
  if (writeup === undefined || another !== undefined)
    throw new CliError(
      `The role ${role} is in ${fitting.map(({ id }) => id).join(' and ')}: name one with --writeup.`,
    );
  return { writeup, role };
}

/** Without the operator's secrets, whichever check they are for. */
export function masked(
  step: CompleteStep,
  writeups: readonly LoadedWriteup[],
  credentials: Credentials,
): CompleteStep {
  const steps = writeups.flatMap(({ checks }) => [...checks.values()].flatMap(({ check }) => check.steps));
  const secrets = steps.flatMap(({ credentials: own }) =>
    [...((own && credentialsForStep(own, credentials)?.secrets) ?? [])].map(
      ([field, value]) => [`${own?.of} ${field}`, value] as const,
    ),
  );
  const hide = (text: string) => {
    const mask = createMask(new Map(secrets));
    return Buffer.concat([mask.feed(new TextEncoder().encode(text)), mask.flush()]).toString('utf8');
  };
  return { ...step, stdout: hide(step.stdout), stderr: hide(step.stderr) };
}

export const newVerb = groupVerbs('new', 'begins a check from what a command prints, or a writeup', [
  newCheck,
  newWriteup,
]);
