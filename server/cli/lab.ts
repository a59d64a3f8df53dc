/** `vantage lab …`, `conditions` and `condition`: a lab by hand. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { labNamed, loadLabs } from '../content/labs.ts';
import { ask, watch } from '../lab/control.ts';
import { combinationOf, commandsOf } from '../lab/description/conditions.ts';
import { controlOf, defaultDirectory, remove } from '../lab/directory.ts';
import { holderHere } from '../lab/hostPid.ts';
import { labStatus, removeDead, startLab } from '../lab/lab.ts';
import { enterMachine } from '../lab/machine/enterMachine.ts';
import { shellStatus } from '../lab/machine/runProgram.ts';
import type { LabStatus } from '../lab/protocol.ts';
import { CliError, exitStatus } from './command/exitStatus.ts';
import { flag, text, type Values } from './command/options.ts';
import { type CliContext, defineVerb, groupVerbs } from './command/verb.ts';

const labOptions = {
  writeup: text('ID', 'the lab of this writeup (default: the first that has one)'),
  directory: text('DIRECTORY', 'a lab elsewhere than in its usual place'),
};
const asRoot = { root: flag('as root instead of as the login user') };
const machineNote = 'MACHINE is a name or an address of `vantage lab status`.';

type Place = Awaited<ReturnType<typeof placeOf>>;

/** The lab that is meant, and how to print a line about it. */
async function placeOf({ writeup, directory }: Values<typeof labOptions>, { root, out }: CliContext) {
  const lab = labNamed(await loadLabs(join(root, 'content')), writeup);
  const print = (line: string): void => out(`${line}\n`);
  return { lab, directory: directory ?? defaultDirectory(lab.name), print };
}

const up = defineVerb({
  name: 'lab up',
  about: 'starts the lab',
  options: { condition: text('NAME', 'in this condition'), ...labOptions },
  async run({ values }, context) {
    const place = await placeOf(values, context);
    const { print } = place;
    const running = await labStatus(place.directory);
    if (running !== undefined) {
      print('The lab is up already.');
      return printStatus(running, place);
    }
    const startedAt = performance.now();
    const condition = values.condition === undefined ? {} : { condition: values.condition };
    const lab = await startLab({ ...place, log: print, mode: 'detached', ...condition });
    print(
      `The lab is up after ${((performance.now() - startedAt) / 1000).toFixed(1)} s. End it with: npx vantage lab down${optionsFor(place)}`,
    );
    return printStatus(await lab.status(), place);
  },
});

const down = defineVerb({
  name: 'lab down',
  about: 'ends the lab',
  options: labOptions,
  async run({ values }, context) {
    const { directory, print } = await placeOf(values, context);
    const status = await labStatus(directory);
    if (status?.mode === 'tied')
      throw new CliError(
        `The lab belongs to the docs server with process ${status.startedBy}, and ends with it; stop that server.`,
      );
    if (status === undefined) {
      print((await removeDead(directory)) ? killedText(directory) : 'The lab was not up.');
      return;
    }
    const { ended } = await watch(controlOf(directory));
    await ask(controlOf(directory), { do: 'stop' });
    await ended;
    remove(directory);
    print('The lab is down.');
  },
});

const status = defineVerb({
  name: 'lab status',
  about: 'shows how the lab is',
  options: labOptions,
  async run({ values }, context) {
    const place = await placeOf(values, context);
    const found = await labStatus(place.directory);
    if (found === undefined && (await removeDead(place.directory))) place.print(killedText(place.directory));
    return printStatus(found, place);
  },
});

const shell = defineVerb({
  name: 'lab shell',
  about: 'opens a shell on a machine',
  operands: { form: 'MACHINE', expected: 'Expected a machine' },
  options: { ...asRoot, ...labOptions },
  notes: machineNote,
  async run({ values, operands: [machine = ''] }, context) {
    const bash = ['env', 'PS1=\\u@\\h:\\w\\$ ', '/bin/bash', '--norc', '-i'];
    return runInside(await runningLab(await placeOf(values, context)), machine, values.root, bash);
  },
});

const exec = defineVerb({
  name: 'lab exec',
  about: 'runs a command on a machine',
  operands: {
    ...{ form: 'MACHINE [options] -- COMMAND [ARGUMENT…]', least: 2, most: Number.POSITIVE_INFINITY },
    expected: 'Expected a machine, "--" and a command',
  },
  options: { ...asRoot, ...labOptions },
  notes: machineNote,
  async run({ values, operands: [machine = '', ...argv] }, context) {
    return runInside(await runningLab(await placeOf(values, context)), machine, values.root, argv);
  },
});

export const conditionsVerb = defineVerb({
  name: 'conditions',
  about: 'lists the conditions that the lab can be in',
  options: labOptions,
  async run({ values }, context) {
    const { lab, print } = await placeOf(values, context);
    for (const one of lab.conditions) {
      print(`${one.name.padEnd(34)}${one.kind.padEnd(8)}${one.title}`);
      if (one.kind === 'remedy') print(`${''.padEnd(42)}for ${one.for.join(', ')}`);
    }
  },
});

export const conditionVerb = defineVerb({
  name: 'condition',
  about: 'shows the condition of the lab, or applies another: condition apply CAUSE [REMEDY]',
  operands: { form: '[apply CAUSE [REMEDY]]', least: 0, most: 3, expected: 'Expected apply CAUSE [REMEDY]' },
  options: labOptions,
  async run({ values, operands: [first, cause = '', remedy] }, context) {
    if (first !== undefined && first !== 'apply') throw new CliError(`expected "apply", found "${first}"`);
    const place = await placeOf(values, context);
    const { lab, directory, print } = place;
    const { condition } = await runningLab(place);
    if (first === undefined) {
      print(condition);
      for (const { title, about } of combinationOf(lab, condition).layers) print(`\n${title}\n${about}`);
      return;
    }
    const next = combinationOf(lab, cause, remedy);
    for (const { on, line } of next.layers.flatMap((one) => commandsOf(lab, one)))
      print(`${on.padEnd(12)}${line}`);
    const startedAt = performance.now();
    await ask(controlOf(directory), { do: 'condition', name: next.name });
    print(`The lab is in ${next.name} after ${((performance.now() - startedAt) / 1000).toFixed(2)} s.`);
  },
});

export const labVerb = groupVerbs(
  'lab',
  'starts and ends the lab, shows how it is, opens a shell on a machine',
  [
    ...[up, down, status, shell, exec],
    ...[conditionsVerb, conditionVerb].map((verb) => ({ ...verb, name: `lab ${verb.name}` })),
  ],
);

function printStatus(found: LabStatus | undefined, place: Place): number {
  const { print } = place;
  if (found === undefined) {
    print(`The lab is down. Start it with: npx vantage lab up${optionsFor(place)}`);
    return exitStatus.usage;
  }
  print(`condition  ${found.condition} (${found.mode}, started by process ${found.startedBy})`);
  for (const machine of found.machines)
    print(`${machine.name.padEnd(10)} ${machine.address}  ${machine.state}`);
  for (const [name, service] of Object.entries(found.services)) {
    const on = place.lab.services[name]?.on ?? '';
    const how = service.state === 'up' ? `listens on ${service.at} of ${on}` : `down: ${service.why}`;
    print(`service    ${name}: ${how}`);
  }
  print(`directory  ${place.directory}`);
  return exitStatus.agrees;
}

const killedText = (directory: string): string =>
  `The lab was killed; the files that it left in ${directory} are removed now.`;

/** The options that name this lab again. */
const optionsFor = ({ lab, directory }: Place): string =>
  directory === defaultDirectory(lab.name) ? ` --writeup ${lab.name}` : ` --directory ${directory}`;

async function runningLab(place: Place): Promise<LabStatus> {
  const found = await labStatus(place.directory);
  if (found !== undefined) return found;
  throw new CliError(`The lab is down; start it with: npx vantage lab up${optionsFor(place)}`);
}

async function runInside(lab: LabStatus, name: string, isRoot: boolean, argv: readonly string[]) {
  const machine = lab.machines.find((known) => known.name === name || known.address === name);
  if (machine === undefined) {
    const known = lab.machines.map((one) => `${one.name} (${one.address})`).join(', ');
    throw new CliError(`expected a machine of the lab (${known}), found "${name}"`);
  }
  if (machine.state === 'down') throw new CliError(`The machine ${machine.name} is down.`);
  const outside = process.getuid?.() === 0 ? 'inside' : 'outside';
  const user = lab.fleet.machines.find((one) => one.name === machine.name)?.user ?? 'root';
  const holder = holderHere(lab.pidNamespace, machine.holder);
  const [program = '', ...rest] = enterMachine(holder, isRoot ? 'root' : user, argv, outside);
  const child = spawn(program, rest, { stdio: 'inherit' });
  // Ctrl-C is for the program inside.
  process.on('SIGINT', () => {});
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  return shellStatus(code, signal);
}
