/** The command line that runs something inside a machine of the lab. Starting it is left to the callers. */

import { loginUser } from './machines.ts';

export type Who = 'root' | 'login';

const environment = (who: Who): string[] => {
  const [home, name] = who === 'root' ? ['/root', 'root'] : [`/home/${loginUser}`, loginUser];
  return [
    `HOME=${home}`,
    `USER=${name}`,
    `LOGNAME=${name}`,
    'SHELL=/bin/sh',
    'LANG=C.UTF-8',
    'PATH=/usr/sbin:/usr/bin',
  ];
};

/**
 * `holder` is the process that started the machine: it shares all namespaces but the pid namespace, which it gave to its
 * child. `outside` is for callers that are not in the lab's user namespace.
 */
export function enter(
  holder: number,
  who: Who,
  argv: readonly string[],
  outside: 'outside' | 'inside',
): string[] {
  const ns = (name: string): string => `/proc/${holder}/ns/${name}`;
  const become = who === 'root' ? [] : ['setpriv', '--reuid=1000', '--regid=1000', '--clear-groups'];
  return [
    'nsenter',
    ...(outside === 'outside' ? [`--user=${ns('user')}`] : []),
    `--net=${ns('net')}`,
    `--uts=${ns('uts')}`,
    `--ipc=${ns('ipc')}`,
    `--pid=${ns('pid_for_children')}`,
    `--mount=${ns('mnt')}`,
    '--',
    'env',
    '-i',
    '-C',
    '/',
    ...environment(who),
    ...become,
    ...argv,
  ];
}
