/** The command line that starts a service in its namespace or on its machine. */
import { join } from 'node:path';
import type { LabDescription, Service } from './description/description.ts';
import { enterMachine } from './machine/enterMachine.ts';
import { run } from './machine/runProgram.ts';

/** Like a machine, a program in another namespace has mounts, processes and a name of its own. */
const ownNamespaces = ['unshare', '--mount', '--uts', '--pid', '--fork', '--kill-child', '--mount-proc'];

export function servicePlaces(
  lab: LabDescription,
  path: (namespace: string) => string,
  holder: (machine: string) => number | undefined,
) {
  /** The description of that service. Throws, with the known names. */
  const definition = (name: string): Service => {
    const found = lab.services[name];
    if (found !== undefined) return found;
    throw new Error(`expected a service (${Object.keys(lab.services).join(', ')}), found "${name}"`);
  };
  /** Whether it runs on a machine, not only in a namespace. */
  const isOnMachine = (name: string): boolean =>
    lab.machines.some((machine) => machine.name === definition(name).on);

  /** The command line that starts `argv`, or the service's own program; nothing while its machine is down. */
  function commandLine(name: string, argv?: readonly string[]): readonly string[] | undefined {
    const { on, user, program } = definition(name);
    if (!isOnMachine(name)) {
      const enter = ['nsenter', `--net=${path(on)}`, ...ownNamespaces];
      const named = ['/bin/sh', '-c', `hostname ${on} && exec "$@"`, on];
      return [...enter, ...named, ...(argv ?? [process.execPath, join(lab.directory, program)])];
    }
    const inside = holder(on);
    if (inside === undefined) return undefined;
    const own = ['/opt/service/node', `/opt/service/${program}`];
    return enterMachine(inside, user === 'root' ? 'root' : lab.user, argv ?? own, 'inside');
  }

  return {
    ...{ definition, isOnMachine, commandLine },
    /** Throws, with the command that installs it, when its program is missing. */
    async checkNeeds(name: string) {
      const { needs } = definition(name);
      const test = needs === undefined ? undefined : commandLine(name, ['test', '-x', needs]);
      if (test === undefined || (await run(test)).exit === 0) return;
      const found = lab.packages.find(({ binary }) => binary === needs)?.package ?? needs;
      throw new Error(
        `expected ${needs} for this condition, found none; install it with: apt-get install -y --no-install-recommends ${found}. The lab stays in its condition`,
      );
    },
  };
}
