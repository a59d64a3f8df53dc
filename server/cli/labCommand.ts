/** `vantage lab …`, `conditions` and `condition`: a lab by hand. Errors and signals are left to `main.ts`. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { labNamed, loadLabs } from '../content/labs.ts';
import { combinationOf, commandsOf } from '../lab/description/conditions.ts';
import { ask, watch } from '../lab/control.ts';
import type { LabDescription } from '../lab/description/description.ts';
import { controlOf, defaultDirectory, remove } from '../lab/directory.ts';
import { enterMachine } from '../lab/machine/enterMachine.ts';
import { holderHere } from '../lab/hostPid.ts';
import { labStatus, removeDead, startLab } from '../lab/lab.ts';
import type { LabStatus } from '../lab/protocol.ts';
import { shellStatus } from '../lab/machine/runProgram.ts';

export const labUsage = `vantage lab up [--condition NAME]
       vantage lab down | status
       vantage lab shell MACHINE [--root]
       vantage lab exec MACHINE [--root] -- COMMAND [ARGUMENT…]
       vantage conditions
       vantage condition [apply CAUSE [REMEDY]]
each with --writeup WRITEUP for the lab of that writeup (default: the first that has one), and with
     --directory DIRECTORY for a lab elsewhere than at its usual place
MACHINE is a name or an address of \`vantage lab status\``;
const usage = `usage: ${labUsage}`;

const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** Resolves with the exit status. Throws what to mend, in a sentence. */
export async function labCommand(args: readonly string[], root: string): Promise<number> {
  const rest = args.indexOf('--') === -1 ? args.length : args.indexOf('--');
  const { values, positionals } = parseArgs({
    args: args.slice(0, rest),
    allowPositionals: true,
    options: {
      directory: { type: 'string' },
      condition: { type: 'string' },
      writeup: { type: 'string' },
      root: { type: 'boolean', default: false },
    },
  });
  const lab = labNamed(await loadLabs(join(root, 'content')), values.writeup);
  const place: Place = { lab, directory: values.directory ?? defaultDirectory(lab.name) };
  const { directory } = place;
  const [verb, subject = '', cause = '', remedy] = positionals;
  switch (verb) {
    case 'up':
      return up(place, values.condition);
    case 'down':
      return down(place);
    case 'status': {
      const status = await labStatus(directory);
      if (status === undefined && (await removeDead(directory))) print(killed(directory));
      return show(status, place);
    }
    case 'condition':
      return condition(place, subject, cause, remedy);
    case 'conditions':
      return list(lab);
    case 'shell':
      return inside(await present(place), subject, values.root, [
        'env',
        'PS1=\\u@\\h:\\w\\$ ',
        '/bin/bash',
        '--norc',
        '-i',
      ]);
    case 'exec': {
      const argv = args.slice(rest + 1);
      if (argv.length === 0) throw new Error(`expected a command after "--"\n${usage}`);
      return inside(await present(place), subject, values.root, argv);
    }
    default:
      if (verb !== undefined && verb !== 'help') throw new Error(`there is no "lab ${verb}"\n${usage}`);
      print(usage);
      return 0;
  }
}

type Place = { readonly lab: LabDescription; readonly directory: string };

function list({ conditions }: LabDescription): number {
  for (const one of conditions) {
    print(`${one.name.padEnd(34)}${one.kind.padEnd(8)}${one.title}`);
    if (one.kind === 'remedy') print(`${''.padEnd(42)}for ${one.for.join(', ')}`);
  }
  return 0;
}

async function condition(
  place: Place,
  subject: string,
  cause: string,
  remedy: string | undefined,
): Promise<number> {
  if (subject !== '' && subject !== 'apply')
    throw new Error(`expected "apply", found "${subject}"\n${usage}`);
  const status = await present(place);
  if (subject === '') {
    print(status.condition);
    for (const { title, about } of combinationOf(place.lab, status.condition).layers)
      print(`\n${title}\n${about}`);
    return 0;
  }
  const next = combinationOf(place.lab, cause, remedy);
  for (const { on, line } of next.layers.flatMap((one) => commandsOf(place.lab, one)))
    print(`${on.padEnd(12)}${line}`);
  const began = performance.now();
  await ask(controlOf(place.directory), { do: 'condition', name: next.name });
  print(`The lab is in ${next.name} after ${((performance.now() - began) / 1000).toFixed(2)} s.`);
  return 0;
}

async function up(place: Place, condition: string | undefined): Promise<number> {
  const { directory } = place;
  const already = await labStatus(directory);
  if (already !== undefined) {
    print('The lab is up already.');
    return show(already, place);
  }
  const began = performance.now();
  const lab = await startLab({
    ...place,
    log: print,
    mode: 'detached',
    ...(condition === undefined ? {} : { condition }),
  });
  print(
    `The lab is up after ${((performance.now() - began) / 1000).toFixed(1)} s. End it with: npx vantage lab down${elsewhere(place)}`,
  );
  return show(await lab.status(), place);
}

async function down({ directory }: Place): Promise<number> {
  const status = await labStatus(directory);
  if (status?.mode === 'tied') {
    throw new Error(
      `the lab belongs to the docs server with process ${status.startedBy}, and ends with it; stop that server`,
    );
  }
  if (status === undefined) {
    print((await removeDead(directory)) ? killed(directory) : 'The lab was not up.');
    return 0;
  }
  const { ended } = await watch(controlOf(directory));
  await ask(controlOf(directory), { do: 'stop' });
  await ended;
  remove(directory);
  print('The lab is down.');
  return 0;
}

function show(status: LabStatus | undefined, place: Place): number {
  if (status === undefined) {
    print(`The lab is down. Start it with: npx vantage lab up${elsewhere(place)}`);
    return 3;
  }
  print(`condition  ${status.condition} (${status.mode}, started by process ${status.startedBy})`);
  for (const machine of status.machines)
    print(`${machine.name.padEnd(10)} ${machine.address}  ${machine.state}`);
  for (const [name, service] of Object.entries(status.services)) {
    const on = place.lab.services[name]?.on ?? '';
    const how = service.state === 'up' ? `listens on ${service.at} of ${on}` : `down: ${service.why}`;
    print(`service    ${name}: ${how}`);
  }
  print(`directory  ${place.directory}`);
  return 0;
}

const killed = (directory: string): string =>
  `The lab was killed: what it had left in ${directory} is removed now.`;

/** The options that name this lab again. */
const elsewhere = ({ lab, directory }: Place): string =>
  directory === defaultDirectory(lab.name) ? ` --writeup ${lab.name}` : ` --directory ${directory}`;

async function present(place: Place): Promise<LabStatus> {
  const status = await labStatus(place.directory);
  if (status === undefined)
    throw new Error(`the lab is down; start it with: npx vantage lab up${elsewhere(place)}`);
  return status;
}

async function inside(
  status: LabStatus,
  name: string,
  root: boolean,
  argv: readonly string[],
): Promise<number> {
  const machine = status.machines.find((known) => known.name === name || known.address === name);
  if (machine === undefined) {
    const known = status.machines.map((one) => `${one.name} (${one.address})`).join(', ');
    throw new Error(`expected a machine of the lab (${known}), found "${name}"`);
  }
  if (machine.state === 'down') throw new Error(`machine ${machine.name} is down`);
  const outside = process.getuid?.() === 0 ? 'inside' : 'outside';
  const user = status.fleet.machines.find((one) => one.name === machine.name)?.user ?? 'root';
  const holder = holderHere(status.pidNamespace, machine.holder);
  const [program = '', ...rest] = enterMachine(holder, root ? 'root' : user, argv, outside);
  const child = spawn(program, rest, { stdio: 'inherit' });
  // Ctrl-C is for what runs inside.
  process.on('SIGINT', () => {});
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  return shellStatus(code, signal);
}
