/** `vantage lab …` and `npx vantage lab …`: the lab by hand. Errors and signals are left to `server/cli/main.ts`. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { combinationOf, commandsOf, conditions } from './conditions/index.ts';
import { ask, watch } from './control.ts';
import { controlOf, defaultDirectory, remove } from './directory.ts';
import { enter } from './enter.ts';
import { labStatus, removeDead, startLab } from './lab.ts';
import { machineOf } from './machines.ts';
import { holderHere } from './outside.ts';
import type { LabStatus } from './protocol.ts';
import { shellStatus } from './run.ts';

export const labUsage = `vantage lab up [--condition NAME]
       vantage lab down | status
       vantage lab shell MACHINE [--root]
       vantage lab exec MACHINE [--root] -- COMMAND [ARGUMENT…]
       vantage conditions
       vantage condition [apply CAUSE [REMEDY]]
each with --directory DIRECTORY for a lab elsewhere than at its usual place
machines: manager (172.16.168.19), backend (172.16.168.20), frontend (172.16.168.21)`;
const usage = `usage: ${labUsage}`;

const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** Resolves with the exit status. Throws what to mend, in a sentence. */
export async function labCommand(args: readonly string[]): Promise<number> {
  const rest = args.indexOf('--') === -1 ? args.length : args.indexOf('--');
  const { values, positionals } = parseArgs({
    args: args.slice(0, rest),
    allowPositionals: true,
    options: {
      directory: { type: 'string' },
      condition: { type: 'string' },
      root: { type: 'boolean', default: false },
    },
  });
  const directory = values.directory ?? defaultDirectory();
  const [verb, subject = '', cause = '', remedy] = positionals;
  switch (verb) {
    case 'up':
      return up(directory, values.condition);
    case 'down':
      return down(directory);
    case 'status': {
      const status = await labStatus(directory);
      if (status === undefined && (await removeDead(directory))) print(killed(directory));
      return show(status, directory);
    }
    case 'condition':
      return condition(directory, subject, cause, remedy);
    case 'conditions':
      return list();
    case 'shell':
      return inside(await present(directory), subject, values.root, [
        'env',
        'PS1=\\u@\\h:\\w\\$ ',
        '/bin/bash',
        '--norc',
        '-i',
      ]);
    case 'exec': {
      const argv = args.slice(rest + 1);
      if (argv.length === 0) throw new Error(`expected a command after "--"\n${usage}`);
      return inside(await present(directory), subject, values.root, argv);
    }
    default:
      if (verb !== undefined && verb !== 'help') throw new Error(`there is no "lab ${verb}"\n${usage}`);
      print(usage);
      return 0;
  }
}

function list(): number {
  for (const one of conditions) {
    print(`${one.name.padEnd(34)}${one.kind.padEnd(8)}${one.title}`);
    if (one.kind === 'remedy') print(`${''.padEnd(42)}for ${one.for.join(', ')}`);
  }
  return 0;
}

async function condition(
  directory: string,
  subject: string,
  cause: string,
  remedy: string | undefined,
): Promise<number> {
  if (subject !== '' && subject !== 'apply')
    throw new Error(`expected "apply", found "${subject}"\n${usage}`);
  const status = await present(directory);
  if (subject === '') {
    print(status.condition);
    for (const { title, about } of combinationOf(status.condition).layers) print(`\n${title}\n${about}`);
    return 0;
  }
  const next = combinationOf(cause, remedy);
  for (const { on, line } of next.layers.flatMap(commandsOf)) print(`${on.padEnd(10)}${line}`);
  const began = performance.now();
  await ask(controlOf(directory), { do: 'condition', name: next.name });
  print(`The lab is in ${next.name} after ${((performance.now() - began) / 1000).toFixed(2)} s.`);
  return 0;
}

async function up(directory: string, condition: string | undefined): Promise<number> {
  const already = await labStatus(directory);
  if (already !== undefined) {
    print('The lab is up already.');
    return show(already, directory);
  }
  const began = performance.now();
  const lab = await startLab({
    directory,
    log: print,
    mode: 'detached',
    ...(condition === undefined ? {} : { condition }),
  });
  print(
    `The lab is up after ${((performance.now() - began) / 1000).toFixed(1)} s. End it with: npx vantage lab down${elsewhere(directory)}`,
  );
  return show(await lab.status(), directory);
}

async function down(directory: string): Promise<number> {
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

function show(status: LabStatus | undefined, directory: string): number {
  if (status === undefined) {
    print(`The lab is down. Start it with: npx vantage lab up${elsewhere(directory)}`);
    return 3;
  }
  print(`condition  ${status.condition} (${status.mode}, started by process ${status.startedBy})`);
  for (const machine of status.machines)
    print(`${machine.name.padEnd(10)} ${machine.address}  ${machine.state}`);
  const { backend } = status;
  print(
    `service    ${backend.state === 'up' ? `listens on ${backend.at} of backend` : `down: ${backend.why}`}`,
  );
  print(`directory  ${directory}`);
  return 0;
}

const killed = (directory: string): string =>
  `The lab was killed: what it had left in ${directory} is removed now.`;

const elsewhere = (directory: string): string =>
  directory === defaultDirectory() ? '' : ` --directory ${directory}`;

async function present(directory: string): Promise<LabStatus> {
  const status = await labStatus(directory);
  if (status === undefined)
    throw new Error(`the lab is down; start it with: npx vantage lab up${elsewhere(directory)}`);
  return status;
}

async function inside(
  status: LabStatus,
  name: string,
  root: boolean,
  argv: readonly string[],
): Promise<number> {
  const wanted = machineOf(name);
  const machine = status.machines.find((known) => known.name === wanted?.name);
  if (machine === undefined) throw new Error(`expected a machine of the lab, found "${name}"\n${usage}`);
  if (machine.state === 'down') throw new Error(`machine ${machine.name} is down`);
  const outside = process.getuid?.() === 0 ? 'inside' : 'outside';
  const holder = holderHere(status.pidNamespace, machine.holder);
  const [program = '', ...rest] = enter(holder, root ? 'root' : 'login', argv, outside);
  const child = spawn(program, rest, { stdio: 'inherit' });
  // Ctrl-C is for what runs inside.
  process.on('SIGINT', () => {});
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  return shellStatus(code, signal);
}
